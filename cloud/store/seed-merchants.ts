import type { CategoryId } from '../contract/types';

/** A made-up merchant or service. */
export interface SeedMerchant {
  readonly name: string;
  readonly category: CategoryId;
  readonly description: string;
  readonly city: string;
  readonly logoText: string;
  readonly open?: false;
}

/** In the order of their ids: add at the end only. */
export const SEED_MERCHANTS: readonly SeedMerchant[] = [
  {
    name: '山茶咖啡',
    category: 'food',
    description: '手冲与意式咖啡，现烤可颂',
    city: '上海',
    logoText: '茶',
  },
  { name: '老巷牛肉面', category: 'food', description: '清汤牛肉面，手工拉制', city: '兰州', logoText: '面' },
  { name: '半亩菜园', category: 'food', description: '时令家常菜', city: '杭州', logoText: '园' },
  { name: '晨光烘焙', category: 'food', description: '每日现烤面包与蛋糕', city: '成都', logoText: '焙' },
  {
    name: '青木生活超市',
    category: 'shopping',
    description: '社区超市，生鲜日用',
    city: '南京',
    logoText: '木',
  },
  {
    name: '纸上书店',
    category: 'shopping',
    description: '人文社科与童书',
    city: '北京',
    logoText: '书',
  },
  {
    name: '小鹿母婴',
    category: 'shopping',
    description: '母婴用品与玩具',
    city: '广州',
    logoText: '鹿',
  },
  { name: '云集数码', category: 'shopping', description: '手机电脑与配件', city: '深圳', logoText: '数' },
  { name: '城际快车', category: 'transport', description: '城际拼车与包车', city: '苏州', logoText: '车' },
  {
    name: '停易停车',
    category: 'transport',
    description: '停车场缴费',
    city: '上海',
    logoText: '停',
  },
  { name: '绿野单车', category: 'transport', description: '共享单车月卡', city: '厦门', logoText: '野' },
  {
    name: '东城自来水',
    category: 'utilities',
    description: '水费缴纳',
    city: '北京',
    logoText: '水',
  },
  { name: '南方电网服务', category: 'utilities', description: '电费缴纳', city: '广州', logoText: '电' },
  {
    name: '蓝焰燃气',
    category: 'utilities',
    description: '燃气费缴纳',
    city: '武汉',
    logoText: '焰',
  },
  {
    name: '启明英语',
    category: 'education',
    description: '少儿与成人英语课程',
    city: '西安',
    logoText: '启',
  },
  { name: '墨池书法', category: 'education', description: '书法与国画工作室', city: '绍兴', logoText: '墨' },
  { name: '安康药房', category: 'health', description: '处方与非处方药品', city: '天津', logoText: '安' },
  { name: '明眸眼科', category: 'health', description: '验光配镜与眼科门诊', city: '重庆', logoText: '眸' },
  { name: '微笑口腔', category: 'health', description: '口腔检查与正畸', city: '长沙', logoText: '齿' },
  { name: '星河影院', category: 'leisure', description: '电影票与套餐', city: '杭州', logoText: '星' },
  { name: '山野民宿', category: 'leisure', description: '莫干山民宿预订', city: '湖州', logoText: '宿' },
  { name: '拾光健身', category: 'leisure', description: '私教与团课', city: '上海', logoText: '健' },
  { name: '洁净家政', category: 'services', description: '保洁与月嫂', city: '合肥', logoText: '洁' },
  { name: '快修电器', category: 'services', description: '家电上门维修', city: '青岛', logoText: '修' },
  {
    name: '旧时光照相馆',
    category: 'services',
    description: '已停业，旧照片仍可查询',
    city: '大连',
    logoText: '影',
    open: false,
  },
];

/** Colours of the logos, by category; white text on each has a contrast of at least 4.5 to 1. */
export const LOGO_COLORS: Readonly<Record<CategoryId, string>> = {
  food: '#b3541e',
  shopping: '#a02c5a',
  transport: '#1d5fa8',
  utilities: '#00697a',
  education: '#5b3fa0',
  health: '#1f7a4d',
  leisure: '#8a3ab9',
  services: '#4f5b66',
};
