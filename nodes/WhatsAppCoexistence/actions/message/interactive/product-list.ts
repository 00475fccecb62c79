import type { INodeProperties } from 'n8n-workflow';
import { z } from 'zod';

import { checkParameters } from '../../check-parameters';
import { listEntered, listParameter } from '../../list-parameter';
import { commaSeparated, list, text } from '../../parameter-schema';
import { catalogIdProperty, MAX_ID } from './catalog-id';
import { headerTextProperty, MAX_HEADER, textHeader } from './header';
import type { InteractiveKind } from './kind';
import { sectionTitle, sectionTitleField, titledWhereSeveral } from './section-title';
import { body, bodyProperty, footer, footerProperty, textsOf } from './texts';

const MAX_PRODUCTS = 30;

const properties: INodeProperties[] = [
	{ ...headerTextProperty, required: true },
	bodyProperty,
	catalogIdProperty,
	...listParameter({
		displayName: 'Sections',
		name: 'sections',
		entry: 'Section',
		description: 'Up to 10 sections with 30 products in all',
		fields: [
			sectionTitleField,
			{
				displayName: 'Product IDs',
				name: 'productIds',
				type: 'string',
				default: '',
				required: true,
				placeholder: 'e.g. roses-12, tulips-20',
				description: 'The content IDs (SKUs) of the products, with commas between them',
			},
		],
		example: [{ title: 'Bouquets', productIds: ['roses-12', 'tulips-20'] }],
	}),
	footerProperty,
];

const sections = list(z.object({ title: sectionTitle, productIds: commaSeparated }), {
	max: 10,
})
	.superRefine(titledWhereSeveral)
	.superRefine((entries, context) => {
		const count = entries.reduce((sum, { productIds }) => sum + productIds.length, 0);
		if (count > MAX_PRODUCTS) {
			context.addIssue({
				code: 'custom',
				message: `have ${count} products in all; at most ${MAX_PRODUCTS} fit`,
			});
		}
	});

const schema = z.object({
	headerText: text(MAX_HEADER),
	body,
	footer,
	catalogId: text(MAX_ID),
	sections,
});

/** @see https://developers.facebook.com/documentation/business-messaging/whatsapp/catalogs/sell-products-and-services/share-products */
export const productList: InteractiveKind = {
	name: 'Product List',
	description: 'Up to 30 products of the catalog, in sections',
	properties,
	build(entered) {
		const checked = checkParameters(
			schema,
			{ ...entered, sections: listEntered(entered, 'sections') },
			properties,
		);
		return {
			type: 'product_list',
			...textHeader(checked.headerText),
			...textsOf(checked),
			action: {
				catalog_id: checked.catalogId,
				sections: checked.sections.map(({ title, productIds }) => ({
					...(title === undefined ? {} : { title }),
					product_items: productIds.map((id) => ({ product_retailer_id: id })),
				})),
			},
		};
	},
};
