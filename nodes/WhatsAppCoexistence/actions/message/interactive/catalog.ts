import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { optionalText } from '../../parameter-schema';
import { MAX_ID } from './catalog-id';
import type { InteractiveKind } from './kind';
import { body, bodyProperty, footer, footerProperty, textsOf } from './texts';

const properties: INodeProperties[] = [
	bodyProperty,
	{
		displayName: 'Thumbnail Product ID',
		name: 'thumbnailProductId',
		type: 'string',
		default: '',
		placeholder: 'e.g. roses-12',
		description: 'The product whose picture is shown; by default the first one of the catalog',
	},
	footerProperty,
];

const schema = z.object({ body, footer, thumbnailProductId: optionalText(MAX_ID) });

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/catalogs/sell-products-and-services/share-products */
export const catalog: InteractiveKind = {
	name: 'Catalog',
	description: 'A button that opens the whole catalog',
	properties,
	build(entered) {
		const { thumbnailProductId, ...texts } = checkParameters(schema, entered, properties);
		return {
			type: 'catalog_message',
			...textsOf(texts),
			action: {
				name: 'catalog_message',
				...(thumbnailProductId === undefined
					? {}
					: { parameters: { thumbnail_product_retailer_id: thumbnailProductId } }),
			},
		};
	},
};
