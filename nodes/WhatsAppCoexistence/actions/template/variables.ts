import type { FieldType } from 'n8n-workflow';

import type { MessageTemplate, TemplateButton, TemplateComponent } from '../../graph/templates';

/**
 * Something that is filled in when a template is sent.
 *
 * The ID says where it belongs, so that sending needs no second look at the template:
 * `header.text.1`, `header.image`, `header.filename`, `header.location.latitude`,
 * `header.product.catalog_id`, `body.text.first_name`, `button.0.url`,
 * `limited_time_offer.expiration`; inside a carousel with the card in front, as in
 * `card.1.body.text.1`. Cards and buttons count from 0, as Meta’s do.
 */
export interface TemplateVariable {
	id: string;
	/** As the user sees it: the editor cuts it off after about 25 characters. */
	label: string;
	required: boolean;
	type: FieldType;
	defaultValue?: string;
}

/** What a template wants to be filled in, in the order in which the message shows it. */
export function variablesOf(template: MessageTemplate): TemplateVariable[] {
	return variablesOfComponents(template.components ?? []);
}

function variablesOfComponents(components: TemplateComponent[]): TemplateVariable[] {
	return components.flatMap((component) => {
		switch (component.type) {
			case 'HEADER':
				return headerVariables(component);
			case 'BODY':
				return textVariables('body', component);
			case 'BUTTONS':
				return (component.buttons ?? []).flatMap(buttonVariables);
			case 'LIMITED_TIME_OFFER':
				return offerVariables(component);
			case 'CAROUSEL':
				return (component.cards ?? []).flatMap((card, index) =>
					variablesOfComponents(card.components).map((variable) => ({
						...variable,
						id: `card.${index}.${variable.id}`,
						label: `Card ${index + 1}: ${variable.label}`,
					})),
				);
			default:
				return [];
		}
	});
}

function headerVariables(component: TemplateComponent): TemplateVariable[] {
	switch (component.format) {
		case 'TEXT':
			return textVariables('header', component);
		case 'IMAGE':
			return [required('header.image', 'Image URL or ID')];
		case 'VIDEO':
			return [required('header.video', 'Video URL or ID')];
		case 'GIF':
			return [required('header.gif', 'GIF URL or ID')];
		case 'DOCUMENT':
			return [
				required('header.document', 'Document URL or ID'),
				optional('header.filename', 'Document File Name'),
			];
		case 'LOCATION':
			return [
				required('header.location.latitude', 'Header Latitude'),
				required('header.location.longitude', 'Header Longitude'),
				required('header.location.name', 'Header Place Name'),
				required('header.location.address', 'Header Address'),
			];
		case 'PRODUCT':
			return [
				required('header.product.product_retailer_id', 'Header Product ID'),
				required('header.product.catalog_id', 'Header Catalog ID'),
			];
		default:
			return [];
	}
}

function textVariables(part: 'body' | 'header', component: TemplateComponent): TemplateVariable[] {
	const { text = '', example = {} } = component;
	const [inOrder, byName] =
		part === 'body'
			? [example.body_text?.[0], example.body_text_named_params]
			: [example.header_text, example.header_text_named_params];
	const place = part === 'body' ? 'Body' : 'Header';
	return namesIn(text).map((name, index) => {
		const sample =
			byName?.find(({ param_name }) => param_name === name)?.example ?? inOrder?.[index];
		return required(`${part}.text.${name}`, withSample(`${place} {{${name}}}`, sample));
	});
}

function buttonVariables(button: TemplateButton, index: number): TemplateVariable[] {
	const id = `button.${index}`;
	const label = (what: string) => `${what} of ‘${button.text ?? button.type}’`;
	switch (button.type) {
		case 'QUICK_REPLY':
			return [optional(`${id}.payload`, label('Payload'))];
		case 'URL': {
			const { url = '', example: [sample] = [] } = button;
			if (namesIn(url).length === 0) return [];
			const start = url.slice(0, url.indexOf('{{'));
			const ending = sample?.startsWith(start) ? sample.slice(start.length) : sample;
			return [required(`${id}.url`, withSample(label('URL Ending'), ending))];
		}
		case 'OTP':
			return [required(`${id}.url`, label('Code'))];
		case 'COPY_CODE':
			return [required(`${id}.coupon_code`, label('Code'))];
		case 'FLOW':
			return [
				{ ...required(`${id}.flow_token`, label('Flow Token')), defaultValue: UNUSED_FLOW_TOKEN },
				{ ...optional(`${id}.flow_action_data`, label('Screen Data')), type: 'object' },
			];
		case 'CATALOG':
			return [optional(`${id}.catalog_thumbnail`, label('Thumbnail Product ID'))];
		case 'MPM':
			return [
				required(`${id}.mpm_thumbnail`, label('Thumbnail Product ID')),
				{ ...required(`${id}.mpm_sections`, label('Sections')), type: 'array' },
			];
		case 'ORDER_DETAILS':
			return [{ ...required(`${id}.order_details`, label('Order')), type: 'object' }];
		case 'VOICE_CALL':
			return [
				{ ...optional(`${id}.ttl_minutes`, label('Valid for Minutes')), type: 'number' },
				optional(`${id}.call_payload`, label('Payload')),
			];
		default:
			return [];
	}
}

/** What Meta itself puts there where a flow needs no token. */
const UNUSED_FLOW_TOKEN = 'unused';

function offerVariables({ limited_time_offer }: TemplateComponent): TemplateVariable[] {
	if (limited_time_offer?.has_expiration === false) return [];
	return [{ ...required('limited_time_offer.expiration', 'Offer Ends At'), type: 'dateTime' }];
}

function withSample(label: string, sample: string | undefined): string {
	return sample === undefined ? label : `${label}, e.g. ${sample}`;
}

/** Names or numbers between double braces, in order of appearance, each once. */
export function namesIn(text: string): string[] {
	return [...new Set(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), ([, name = '']) => name))];
}

function required(id: string, label: string): TemplateVariable {
	return { id, label, required: true, type: 'string' };
}

function optional(id: string, label: string): TemplateVariable {
	return { id, label, required: false, type: 'string' };
}
