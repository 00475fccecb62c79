/** Whether what is sent fits the template: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes */
import type { MessageTemplate, TemplateButton, TemplateComponent } from '../default-templates.mts';
import { GraphError } from '../graph-errors.mts';
import type { Waba } from '../world.mts';
import type { Message } from './message-schema.mts';
import type { SentButton, SentComponent, SentParameter } from './template-schema.mts';

const MAX_BODY_LENGTH = 1024;

/**
 * The template that a message names; undefined for any other message.
 *
 * @throws GraphError 132001, 132015, 132016 about the template; 132000, 132005, 132012, 131008 about its parameters
 */
export function checkTemplate(
	waba: Waba | undefined,
	message: Message,
): MessageTemplate | undefined {
	if (message.type !== 'template' || !message.template) return undefined;
	const { name, language, components = [] } = message.template;
	const template = waba?.templates.find(
		(candidate) => candidate.name === name && candidate.language === language.code,
	);
	if (!template || template.status === 'PENDING' || template.status === 'REJECTED') {
		throw new GraphError(132001, '(#132001) Template name does not exist in the translation', {
			status: 404,
			details: `template name (${name}) does not exist in ${language.code}`,
		});
	}
	if (template.status === 'PAUSED') throw unavailable(132015, 'Template is paused');
	if (template.status === 'DISABLED') throw unavailable(132016, 'Template is disabled');

	components.forEach(checkCharacters);
	checkComponents(template, template.components, components);
	return template;
}

/** As Meta answered in production: https://github.com/netflie/whatsapp-cloud-api/issues/201 */
function checkCharacters(component: SentComponent): void {
	if (component.type === 'carousel') {
		for (const card of component.cards) card.components.forEach(checkCharacters);
		return;
	}
	for (const parameter of component.parameters) {
		if (parameter.type !== 'text' || !/[\n\r\t]| {5}/.test(parameter.text)) continue;
		throw new GraphError(100, '(#100) Invalid parameter', {
			subcode: 2494073,
			details: 'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
		});
	}
}

function checkComponents(
	template: MessageTemplate,
	defined: TemplateComponent[],
	sent: SentComponent[],
): void {
	const find = <Type extends SentComponent['type']>(type: Type) =>
		sent.find(
			(component): component is Extract<SentComponent, { type: Type }> => component.type === type,
		);
	const header = defined.find(({ type }) => type === 'HEADER');
	const body = defined.find(({ type }) => type === 'BODY');
	const buttons = defined.find(({ type }) => type === 'BUTTONS')?.buttons ?? [];
	const carousel = defined.find(({ type }) => type === 'CAROUSEL');

	checkHeader(template, header, find('header')?.parameters ?? []);
	checkText(template, 'body', body?.text ?? '', find('body')?.parameters ?? []);
	checkButtons(
		buttons,
		sent.filter((component) => component.type === 'button'),
	);
	if (defined.some(({ type }) => type === 'LIMITED_TIME_OFFER') && !find('limited_time_offer')) {
		throw missing('limited_time_offer: expiration_time_ms is required');
	}
	if (carousel?.cards) checkCards(template, carousel.cards, find('carousel')?.cards ?? []);
}

function checkHeader(
	template: MessageTemplate,
	header: TemplateComponent | undefined,
	parameters: SentParameter[],
): void {
	if (!header || header.format === 'TEXT') {
		checkText(template, 'header', header?.text ?? '', parameters);
		return;
	}
	const expected = header.format?.toLowerCase();
	const [received] = parameters;
	if (parameters.length !== 1 || received?.type !== expected) {
		throw new GraphError(
			132012,
			'(#132012) Parameter format does not match format in the created template',
			{
				details: `header: Format mismatch, expected ${header.format}, received ${received?.type.toUpperCase() ?? 'UNKNOWN'}`,
			},
		);
	}
}

function checkText(
	template: MessageTemplate,
	part: string,
	text: string,
	parameters: SentParameter[],
): void {
	const variables = variablesOf(text);
	if (parameters.length !== variables.length) {
		throw new GraphError(
			132000,
			'(#132000) Number of parameters does not match the expected number of params',
			{
				details: `${part}: number of localizable_params (${parameters.length}) does not match the expected number of params (${variables.length})`,
			},
		);
	}
	const names = parameters.map((parameter) =>
		'parameter_name' in parameter ? parameter.parameter_name : undefined,
	);
	const named = template.parameter_format === 'NAMED';
	if (names.some((name) => (name !== undefined) !== named)) {
		throw new GraphError(100, '(#100) Invalid parameter', {
			details: named
				? `${part}: Parameter name is missing or empty`
				: `${part}: this template takes positional parameters, without parameter_name`,
		});
	}
	const unknown = named && names.find((name) => !variables.includes(String(name)));
	if (unknown) {
		throw new GraphError(100, '(#100) Invalid parameter', {
			details: `${part}: the template has no parameter named ${unknown}`,
		});
	}
	const filled = parameters.reduce(
		(length, parameter) => length + lengthOf(parameter),
		text.length,
	);
	if (filled > MAX_BODY_LENGTH) {
		throw new GraphError(132005, '(#132005) Translated text too long', {
			details: `${part}: text is longer than ${MAX_BODY_LENGTH} characters`,
		});
	}
}

function checkButtons(defined: TemplateButton[], sent: SentButton[]): void {
	for (const button of sent) {
		const target = defined[Number(button.index)];
		if (target?.type.toLowerCase() !== button.sub_type) {
			throw new GraphError(131009, '(#131009) Parameter value is not valid', {
				details: `buttons: Button at index ${button.index} is not of type ${button.sub_type}`,
			});
		}
	}
	for (const [index, button] of defined.entries()) {
		const needsParameter =
			button.type === 'COPY_CODE' ||
			button.type === 'MPM' ||
			button.type === 'ORDER_DETAILS' ||
			(button.type === 'URL' && variablesOf(button.url ?? '').length > 0);
		const given = sent.find((candidate) => Number(candidate.index) === index);
		if (needsParameter && !given?.parameters.length) {
			throw missing(
				`buttons: Button at index ${index} of type ${button.type} requires a parameter`,
			);
		}
	}
}

function checkCards(
	template: MessageTemplate,
	defined: Array<{ components: TemplateComponent[] }>,
	sent: Array<{ card_index: number; components: SentComponent[] }>,
): void {
	if (sent.length !== defined.length) {
		throw new GraphError(
			132012,
			'(#132012) Parameter format does not match format in the created template',
			{
				details: `carousel: expected ${defined.length} cards, received ${sent.length}`,
			},
		);
	}
	for (const [index, card] of defined.entries()) {
		const given = sent.find((candidate) => candidate.card_index === index);
		if (!given) throw missing(`carousel: card_index ${index} is missing`);
		checkComponents(template, card.components, given.components);
	}
}

/** Names or numbers between double braces, in order of appearance, each once. */
function variablesOf(text: string): string[] {
	return [...new Set(Array.from(text.matchAll(/\{\{\s*(\w+)\s*\}\}/g), ([, name]) => name!))];
}

function lengthOf(parameter: SentParameter): number {
	if (parameter.type === 'text') return parameter.text.length;
	if (parameter.type === 'currency') return parameter.currency.fallback_value.length;
	if (parameter.type === 'date_time') return parameter.date_time.fallback_value.length;
	return 0;
}

function missing(details: string): GraphError {
	return new GraphError(131008, '(#131008) Required parameter is missing', { details });
}

function unavailable(code: number, title: string): GraphError {
	return new GraphError(code, `(#${code}) ${title}`, {
		details: 'Its quality was too low. Edit it or choose another template.',
	});
}
