export { parseWebhook } from './envelope';
