/** The zone the functions run in: gateways' times without an offset mean this one. */
process.env.TZ = 'Asia/Shanghai';
