import { catalog } from './catalog';
import { contactRequest } from './contact-request';
import { flow } from './flow';
import type { InteractiveKind } from './kind';
import { list } from './list';
import { locationRequest } from './location-request';
import { mediaCarousel } from './media-carousel';
import { product } from './product';
import { productCarousel } from './product-carousel';
import { productList } from './product-list';
import { replyButtons } from './reply-buttons';
import { urlButton } from './url-button';

/** Every kind of interactive message, by the value that workflows store; A–Z by name. */
export const INTERACTIVE_KINDS = {
	catalog,
	contactRequest,
	flow,
	list,
	locationRequest,
	mediaCarousel,
	product,
	productCarousel,
	productList,
	replyButtons,
	urlButton,
} satisfies Record<string, InteractiveKind>;

export type KindName = keyof typeof INTERACTIVE_KINDS;
