import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

export default function Page() {
  return <Screen title={t('orders.title')}>{null}</Screen>;
}
