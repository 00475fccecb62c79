import type { IDataObject } from 'n8n-workflow';

import { APPROVE, DECLINE } from './answer';

/** The page that a link leads to. */
export interface Page {
	kind: 'approval' | 'freeText';
	message: string;
	approve: string;
	/** Undefined where there is only one button. */
	decline: string | undefined;
	send: string;
}

/** At most so much text is taken from the page. */
const MAX_TEXT = 10_000;

const STYLE =
	'body{font:18px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#222}' +
	'p{white-space:pre-wrap;overflow-wrap:anywhere}' +
	'textarea{box-sizing:border-box;width:100%;font:inherit;padding:.5rem}' +
	'button{font:inherit;padding:.6rem 1.4rem;margin:.8rem .6rem 0 0;border:1px solid #1a7f4b;' +
	'border-radius:.4rem;background:#1a7f4b;color:#fff}' +
	'button.no{background:#fff;color:#1a7f4b}';

export const THANKS = documentOf('<p>✓</p>');

/**
 * A page without scripts. Opening it answers nothing: what looks at links before a person does, does so
 * without harm.
 */
export function pageOf({ kind, message, approve, decline, send }: Page): string {
	const button = (id: string, label: string, look = '') =>
		`<button${look} name="id" value="${id}">${escaped(label)}</button>`;
	const form =
		kind === 'freeText'
			? `<textarea name="text" rows="6" maxlength="${MAX_TEXT}" required autofocus></textarea>` +
				`<button>${escaped(send)}</button>`
			: button(APPROVE, approve) +
				(decline === undefined ? '' : button(DECLINE, decline, ' class="no"'));
	return documentOf(`<p>${escaped(message)}</p><form method="post">${form}</form>`);
}

export interface PageAnswer {
	id: string | null;
	approved: boolean | null;
	text: string;
}

/** What the form of the page has sent; undefined where that is no answer to it. */
export function answerOfPage(
	{ id, text }: IDataObject,
	{ kind, approve, decline }: Page,
): PageAnswer | undefined {
	if (kind === 'freeText') {
		const written = typeof text === 'string' ? text.trim().slice(0, MAX_TEXT) : '';
		return written === '' ? undefined : { id: null, approved: null, text: written };
	}
	if (id === APPROVE) return { id, approved: true, text: approve };
	if (id === DECLINE && decline !== undefined) return { id, approved: false, text: decline };
	return undefined;
}

function documentOf(content: string): string {
	return (
		'<!doctype html><html><head><meta charset="utf-8"><title>WhatsApp</title>' +
		'<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">' +
		`<style>${STYLE}</style></head><body>${content}</body></html>`
	);
}

const ENTITIES: Partial<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
};

function escaped(text: string): string {
	return text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
