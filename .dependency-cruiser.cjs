/** Who may import whom. Type-only imports count too, except where a rule says otherwise. */
const only = (name, from, allowed, comment, extra = {}) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|cloud|test|config)/', pathNot: allowed, ...extra },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    only(
      'app-sees-only-the-contract',
      '^src/',
      ['^src/', '^cloud/contract/'],
      'The app talks to the cloud over HTTP.',
    ),
    {
      name: 'app-carries-no-validation-library',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^cloud/contract/(schemas|index)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'contract-values-stay-plain',
      severity: 'error',
      from: { path: '^cloud/contract/(errors|limits|paths)\\.ts$' },
      to: { path: 'node_modules|^cloud/(?!contract/)' },
    },
    only(
      'contract-depends-on-nothing',
      '^cloud/contract/',
      ['^cloud/contract/'],
      'It is the agreement of both sides.',
    ),
    only('domain-is-pure', '^cloud/domain/', ['^cloud/domain/'], 'Rules need nothing but their parameters.'),
    {
      name: 'domain-uses-no-library',
      severity: 'error',
      from: { path: '^cloud/domain/' },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    only(
      'store-imports',
      '^cloud/store/',
      ['^cloud/(store|contract|domain)/'],
      'SQL knows rules, not gateways.',
    ),
    only(
      'gateways-imports',
      '^cloud/gateways/',
      ['^cloud/(gateways|contract|domain)/'],
      'Wire words stay here.',
    ),
    only(
      'functions-imports',
      '^cloud/functions/',
      ['^cloud/(functions|contract|domain|store|gateways)/'],
      'Functions wire.',
    ),
    only(
      'sandbox-stands-alone',
      '^cloud/sandbox/',
      ['^cloud/sandbox/'],
      'An independent reading of the protocols.',
    ),
    {
      name: 'nothing-imports-local',
      severity: 'error',
      from: { path: '^(src|cloud/(?!local/))' },
      to: { path: '^cloud/local/' },
    },
    {
      name: 'nothing-imports-test',
      severity: 'error',
      from: { path: '^(src|cloud|config)/' },
      to: { path: '^test/' },
    },
    {
      name: 'sql-only-in-store',
      severity: 'error',
      from: { path: '^cloud/', pathNot: '^cloud/(store|local)/' },
      to: { path: 'node_modules/(pg|kysely)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'gateway-clients-only-in-gateways',
      severity: 'error',
      from: { path: '^cloud/', pathNot: '^cloud/gateways/' },
      to: { path: 'node_modules/(alipay-sdk|wechatpay-axios-plugin)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '\\.s?css$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json', '.h5.ts', '.weapp.ts', '.alipay.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
