import { defineMessages } from '../define';

/** Words of the promotions page, and of the way to it. */
export const promotions = defineMessages(
  {
    'promotions.title': '优惠活动',
    'promotions.hint': '立减、免手续费、返现和积分活动',
    'promotions.empty': '暂时没有活动',
    'promotions.state.running': '进行中',
    'promotions.state.coming': '即将开始',
    'promotions.state.used': '已用完',
    'promotions.state.run_out': '已领完',
    'promotions.state.ended': '已结束',
    'promotions.until': '{time} 结束',
    'promotions.from': '{time} 开始',
    'promotions.whileItLasts': '额度用完即止',
    'promotions.everybody': '所有付款',
  },
  {
    'promotions.title': 'Offers',
    'promotions.hint': 'Discounts, fees waived, cash back and points',
    'promotions.empty': 'No offers for now',
    'promotions.state.running': 'Running',
    'promotions.state.coming': 'Coming soon',
    'promotions.state.used': 'Used',
    'promotions.state.run_out': 'All given out',
    'promotions.state.ended': 'Ended',
    'promotions.until': 'Until {time}',
    'promotions.from': 'From {time}',
    'promotions.whileItLasts': 'While it lasts',
    'promotions.everybody': 'Every payment',
  },
);
