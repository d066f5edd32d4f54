import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

export default function Page() {
  return <Screen title={t('order.title')}>{null}</Screen>;
}
