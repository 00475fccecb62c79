/** For those who check a delivery from outside the package. */
export { verifySignature } from '../callbacks/signature';
