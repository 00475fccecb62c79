/** What a message sent through the Cloud API offers beside its text: a header, a footer, what can be pressed. */

/**
 * @typedef {object} Offer
 * @property {string} header empty if there is none
 * @property {string} text
 * @property {string} footer empty if there is none
 * @property {{ title: string, choice?: string, url?: string }[]} buttons with `choice` pressing it answers
 * @property {string | null} form what opens it, where there is one
 * @property {{ title: string, sections: { title?: string, rows: { choice: string, title: string, description?: string }[] }[] } | null} list
 */

/**
 * @param templates as `GET /_control/phone` names them
 * @returns {Offer | null} null of a message that is only a text or a file
 */
export function offerOf({ interactive, template }, templates) {
	if (interactive?.action) return interactiveOffer(interactive);
	if (!template) return null;
	const { name, language } = template;
	const known = templates.find((each) => each.name === name && each.language === language?.code);
	return known ? templateOffer(template, known.components) : null;
}

function interactiveOffer({ header, body, footer, action }) {
	return {
		header: header?.text ?? FORMATS[header?.type] ?? '',
		text: body?.text ?? '',
		footer: footer?.text ?? '',
		buttons: buttonsOf(action),
		form: action.name === 'flow' ? action.parameters.flow_cta : null,
		list: action.sections?.some(({ rows }) => rows)
			? {
					title: action.button,
					sections: action.sections.map(({ title, rows }) => ({
						title,
						rows: rows.map(({ id: choice, ...row }) => ({ choice, ...row })),
					})),
				}
			: null,
	};
}

const FORMATS = {
	image: '[Photo]',
	video: '[Video]',
	document: '[Document]',
	location: '[Place]',
};

/** What the phone itself writes on the button, by the action's name. */
const OWN_TITLES = {
	send_location: 'Send location',
	request_contact_info: 'Share contact info',
	catalog_message: 'View catalog',
};

function buttonsOf({ buttons = [], name, parameters }) {
	if (buttons.length > 0) {
		return buttons.map(({ reply }) => ({ title: reply.title, choice: reply.id }));
	}
	if (name === 'cta_url') return [{ title: parameters.display_text, url: parameters.url }];
	return name in OWN_TITLES ? [{ title: OWN_TITLES[name] }] : [];
}

function templateOffer({ components: sent = [] }, components) {
	const part = (type) => components.find((component) => component.type === type);
	const filled = (type) => fillIn(part(type)?.text ?? '', parametersOf(sent, type));
	const { format } = part('HEADER') ?? {};
	return {
		header: format && format !== 'TEXT' ? FORMATS[format.toLowerCase()] : filled('HEADER'),
		text: filled('BODY'),
		footer: part('FOOTER')?.text ?? '',
		buttons: (part('BUTTONS')?.buttons ?? []).map(({ type, text, url }, index) => ({
			title: text ?? type,
			...(type === 'QUICK_REPLY' && { choice: String(index) }),
			...(type === 'URL' && { url }),
		})),
		form: null,
		list: null,
	};
}

function parametersOf(sent, type) {
	return sent.find((component) => component.type.toUpperCase() === type)?.parameters ?? [];
}

/** Puts the parameters where the template's `{{1}}` or `{{name}}` stand. */
function fillIn(text, parameters) {
	return text.replace(/\{\{(\w+)\}\}/g, (place, name) => {
		const parameter =
			parameters.find(({ parameter_name: named }) => named === name) ?? parameters[name - 1];
		return parameter?.text ?? parameter?.currency?.fallback_value ?? place;
	});
}
