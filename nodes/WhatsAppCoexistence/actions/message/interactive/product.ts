import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { optionalText, text } from '../../parameter-schema';
import { catalogIdProperty, MAX_ID } from './catalog-id';
import type { InteractiveKind } from './kind';
import { footer, footerProperty, MAX_BODY, optionalBodyProperty, textsOf } from './texts';

const properties: INodeProperties[] = [
	optionalBodyProperty,
	catalogIdProperty,
	{
		displayName: 'Product ID',
		name: 'productId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. roses-12',
		description: 'The content ID (SKU) of the product in the catalog',
	},
	footerProperty,
];

const schema = z.object({
	body: optionalText(MAX_BODY),
	footer,
	catalogId: text(MAX_ID),
	productId: text(MAX_ID),
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/catalogs/sell-products-and-services/share-products */
export const product: InteractiveKind = {
	name: 'Product',
	description: 'One product of the catalog',
	properties,
	build(entered) {
		const checked = checkParameters(schema, entered, properties);
		return {
			type: 'product',
			...textsOf(checked),
			action: { catalog_id: checked.catalogId, product_retailer_id: checked.productId },
		};
	},
};
