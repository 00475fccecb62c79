/**
 * What customers write may be meant for the system that it is passed on to. Each node of the examples that
 * passes something on is listed here with its kind of system, and for each kind there is one test, which fills
 * in hostile words wherever the node takes something from an event.
 */
import { describe, expect, test } from '@jest/globals';
import type { WorkflowNode } from '../../../sandbox/n8n/rest.mts';
import { examples, nodeOf } from './workflows.mts';

const HOSTILE =
	"=1+1 <!channel> <https://evil.test|your bank> & *x* {{ $json }} '); DROP TABLE x; --";

/** Of these nothing is written by a customer. */
const PLAIN: Record<string, string> = { event: 'echo.message', phone: '34600333444', type: 'text' };

/** Stands for any item: whatever is read from it is the hostile text. */
function anything(name = ''): any {
	const text = PLAIN[name] ?? HOSTILE;
	return new Proxy(() => text, {
		get: (_, property) => {
			if (property === Symbol.toPrimitive || property === 'toString') return () => text;
			if (typeof property === 'string' && property in String.prototype) {
				const member = text[property as keyof string] as unknown;
				return typeof member === 'function' ? member.bind(text) : member;
			}
			return typeof property === 'string' ? anything(property) : undefined;
		},
	});
}

const GLOBALS = { $json: anything(), $: () => anything(), $now: anything(), $input: anything() };

function run(code: string, globals: Record<string, unknown> = GLOBALS): unknown {
	// eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code of a Code node, as n8n runs it
	return new Function(...Object.keys(globals), code)(...Object.values(globals));
}

/** The value of a parameter; one expression keeps its type, several make a text. */
function valueOf(parameter: string, globals?: Record<string, unknown>): unknown {
	const whole = /^=\{\{([\s\S]*)\}\}$/.exec(parameter);
	if (whole && !whole[1]!.includes('{{')) return run(`return (${whole[1]})`, globals);
	return parameter
		.slice(1)
		.replace(/\{\{([\s\S]*?)\}\}/g, (_, code) => String(run(`return (${code})`, globals)));
}

const textOf = ({ parameters }: WorkflowNode) =>
	(parameters as any).bodyParameters.parameters.find(({ name }: any) => name === 'text').value;

/** What Slack gets from each node that writes to it. */
const TO_SLACK: Record<string, () => unknown> = {
	'ai-agent: Alert the owner': () => valueOf(textOf(nodeOf('ai-agent', 'Alert the owner'))),
	'echo-to-slack: Post to Slack': () => {
		const written = run(nodeOf('echo-to-slack', 'Write the alert').parameters.jsCode as string);
		const { json } = written as { json: { text: string } };
		return valueOf(textOf(nodeOf('echo-to-slack', 'Post to Slack')), { ...GLOBALS, $json: json });
	},
	'failed-executions: Send the alert': () =>
		valueOf(textOf(nodeOf('failed-executions', 'Send the alert'))),
	'health-watch: Send the alert': () => valueOf(textOf(nodeOf('health-watch', 'Send the alert'))),
	'health-watch-syncs: Send the alert': () =>
		valueOf(textOf(nodeOf('health-watch-syncs', 'Send the alert'))),
};

/** Bodies that are made as objects: n8n writes the JSON. */
const TO_HUBSPOT = [
	'Create the property',
	'Find in HubSpot',
	'Find by the number',
	'Update in HubSpot',
	'Create in HubSpot',
];

/** What is written into cells. */
const TO_CELLS = ['inbox-in-a-sheet: Append or update', 'contacts-to-any-crm: Create or update'];

/** What leaves it is encrypted, as base64. */
const TO_WHATSAPP = 'flow-endpoint: Answer WhatsApp';
/** The waiting run of the same n8n. */
const TO_N8N = 'ask-and-wait: Hand the answer over';

/** Answers to the onboarding page, which shows them as text. */
const TO_THE_PAGE = /^Tell|^Show the page$/;

const SENDS =
	/\.(httpRequest|postgres|mySql|slack|gmail|emailSend|googleSheets|airtable|respondToWebhook)$/;

test('each node that passes something on is looked at here', () => {
	const sending = examples.flatMap(({ file, nodes }) =>
		nodes
			.filter(({ type }) => SENDS.test(type))
			.filter(({ type }) => !type.endsWith('.postgres'))
			.map(({ name }) => `${file}: ${name}`),
	);
	const known = (each: string) =>
		each in TO_SLACK ||
		each === TO_WHATSAPP ||
		each === TO_N8N ||
		TO_CELLS.includes(each) ||
		TO_HUBSPOT.some((name) => each === `contacts-to-crm: ${name}`) ||
		(each.startsWith('onboarding: ') && TO_THE_PAGE.test(each.slice('onboarding: '.length)));
	expect(sending.filter((each) => !known(each))).toEqual([]);
	expect(sending.length).toBeGreaterThan(8);
});

describe('Slack gets no commands and no links but ours', () => {
	test.each(Object.keys(TO_SLACK))('%s', (name) => {
		const text = String(TO_SLACK[name]!());
		expect(text).toContain('&lt;!channel&gt;');
		const own = text.replaceAll(/<https:\/\/wa\.me\/\d+\|[^<>|\n]*>/g, '');
		expect(own).not.toMatch(/[<>]/);
	});
});

describe('HubSpot gets JSON that n8n has written', () => {
	test.each(TO_HUBSPOT)('%s', (name) => {
		const { jsonBody } = nodeOf('contacts-to-crm', name).parameters;
		expect(jsonBody).toMatch(/^=\{\{ (\$json|\{[\s\S]*\}) \}\}$/);
	});
});

test('what comes into a sheet is no formula, whatever it begins with', () => {
	const { options } = nodeOf('inbox-in-a-sheet', 'Append or update').parameters;
	expect(options).toMatchObject({ cellFormat: 'RAW' });
});

test('the run that waits gets JSON that n8n has written, at the address that it gave', () => {
	const { jsonBody, url } = nodeOf('ask-and-wait', 'Hand the answer over').parameters;
	expect(String((valueOf(jsonBody as string) as { text: unknown }).text)).toBe(HOSTILE);
	expect(url).toBe("={{ $('Does a question wait?').item.json.resume_url }}");
});

test('PostgreSQL gets words as parameters, never within a statement', () => {
	const statements = examples.flatMap(({ nodes }) =>
		nodes.filter(({ type }) => type.endsWith('.postgres')).map(({ parameters }) => parameters),
	);
	expect(statements.length).toBeGreaterThan(0);
	for (const { operation, query, options = {} } of statements as any[]) {
		if (operation !== 'executeQuery') continue;
		expect(query).not.toContain('{{');
		// A list, since n8n splits a text at its commas.
		if (/\$1/.test(query)) expect(options.queryReplacement).toMatch(/^=\{\{\s*\[[\s\S]*\]\s*\}\}$/);
	}
});

test('WhatsApp gets nothing but what is encrypted', () => {
	const { responseBody } = nodeOf('flow-endpoint', 'Answer WhatsApp').parameters;
	expect(responseBody).toBe('={{ $json.body }}');
});

describe('the page for the owner', () => {
	const { html } = nodeOf('onboarding', 'The page').parameters as { html: string };

	test('shows what it is answered as text', () => {
		expect(html).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write/);
		expect(html).toContain('.textContent = ');
	});

	test('is made of the settings only', () => {
		const filledIn = [...html.matchAll(/\{\{ (.*?) \}\}/g)].map(([, code]) => code);
		expect(new Set(filledIn)).toEqual(
			new Set(['$json.appId', '$json.configId', '$json.graphVersion', '$json.partnerName']),
		);
	});
});

describe('names in a table are no formulas to the spreadsheet that opens its export', () => {
	const columns = [['echo-to-slack', 'Take the name, if newest', 'saved_name']] as const;

	test.each(columns)('%s: %s, %s', (file, node, column) => {
		const { value } = nodeOf(file, node).parameters.columns as { value: Record<string, string> };
		const saved = { ...GLOBALS, $: () => anything(), $json: anything() };
		expect(
			String(valueOf(value[column]!.replaceAll("=== 'contact.saved'", '!== null'), saved)),
		).toMatch(/^'=1\+1/);
	});

	test('echo-to-slack: Who is it?', () => {
		const { jsonOutput } = nodeOf('echo-to-slack', 'Who is it?').parameters as any;
		const { profile_name, username } = valueOf(jsonOutput) as Record<string, unknown>;
		expect([String(profile_name), String(username)]).toEqual([
			expect.stringMatching(/^'=1\+1/),
			expect.stringMatching(/^'=1\+1/),
		]);
	});
});
