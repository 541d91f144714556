// Starts Redis, the Express app and the two programs in Rust, and says where to look. Ctrl-C ends all.
//
//   npm ci && node start.mjs            (cluster: node start.mjs cluster)

import { Cluster, Redis, actix, axum, express } from './programs.mjs';

const redis = await new (process.argv[2] === 'cluster' ? Cluster : Redis)().start();
const env = {
  REDIS_URLS: redis.urls,
  SECRETS: process.env.SECRETS ?? 'keyboard cat keyboard cat keyboard cat',
  PRESENCE_ORIGINS: 'http://localhost:3001',
};
const programs = await Promise.all([
  express({ ...env, PORT: '3000' }),
  axum({ ...env, PORT: '3001' }),
  actix({ ...env, PORT: '3002' }),
]);
const [first, second, third] = programs.map(({ url }) => url);
console.log(`Log in at ${first} (Express), be greeted at ${second} (axum), log out at ${third} (actix). Ctrl-C ends all.`);
