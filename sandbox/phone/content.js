/** A message in words, whether it is the item of a webhook or the body of a call to the Cloud API. */

const LABELS = {
	image: 'Photo',
	video: 'Video',
	audio: 'Voice message',
	document: 'Document',
	sticker: 'Sticker',
	location: 'Place',
	contacts: 'Contact',
	interactive: 'Choice',
	button: 'Choice',
	template: 'Template',
	order: 'Order',
	media_placeholder: 'Media, to follow',
};

const TEXTS = {
	text: ({ text }) => text?.body,
	location: ({ location }) => location?.name ?? location?.address,
	contacts: ({ contacts }) => contacts?.[0]?.name?.formatted_name,
	button: ({ button }) => button?.text,
	template: ({ template }) => template?.name,
	order: ({ order }) => order?.text,
	interactive: ({ interactive }) =>
		interactive?.button_reply?.title ??
		interactive?.list_reply?.title ??
		formText(interactive?.nfm_reply) ??
		interactive?.body?.text,
};

/** What was filled in. */
function formText(form) {
	if (!form?.response_json) return form?.body;
	const { flow_token: _, ...fields } = JSON.parse(form.response_json);
	return Object.values(fields).join(', ');
}

/** @returns `label` is the kind of message, null for plain text; `text` may be empty */
export function describe(message) {
	const { type = 'text' } = message;
	const media = message[type];
	const text = type in TEXTS ? TEXTS[type](message) : (media?.caption ?? media?.filename);
	return { label: type === 'text' ? null : (LABELS[type] ?? type), text: text ?? '' };
}

/** {@link describe} in one line. */
export function inOneLine(message) {
	const { label, text } = describe(message);
	return [label, text].filter(Boolean).join(': ');
}
