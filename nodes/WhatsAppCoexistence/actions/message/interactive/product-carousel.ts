import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { commaSeparated, text } from '../../parameter-schema';
import { catalogIdProperty, MAX_ID } from './catalog-id';
import type { InteractiveKind } from './kind';
import { body, bodyProperty, textsOf } from './texts';

const properties: INodeProperties[] = [
	bodyProperty,
	catalogIdProperty,
	{
		displayName: 'Product IDs',
		name: 'productIds',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. roses-12, tulips-20',
		description: 'The content IDs (SKUs) of two to ten products, with commas between them',
	},
];

const schema = z.object({
	body,
	catalogId: text(MAX_ID),
	productIds: commaSeparated.pipe(z.array(z.string()).min(2).max(10)),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-product-carousel-messages */
export const productCarousel: InteractiveKind = {
	name: 'Product Carousel',
	description: 'Two to ten products of the catalog, side by side',
	properties,
	build(entered) {
		const checked = checkParameters(schema, entered, properties);
		return {
			type: 'carousel',
			...textsOf({ body: checked.body }),
			action: {
				cards: checked.productIds.map((productId, index) => ({
					card_index: index,
					type: 'product',
					action: { product_retailer_id: productId, catalog_id: checked.catalogId },
				})),
			},
		};
	},
};
