/** Facebook as a browser meets it during Embedded Signup: the SDK, and the window that it opens. */
import type { BrowserContext, Page, Route } from 'playwright-core';

import { DEFAULT, type PhoneNumber } from '../../sandbox/meta/world.mts';
import type { TestMeta } from '../integration/engine/meta.mts';

export const CONFIG_ID = '660000000000001';

/** How the person goes through Meta's window. */
export type Choice =
	/** Connects the number of the app; Meta gives a code. */
	| 'Share chats'
	| 'Share no chats'
	/** Registers a number that is not in the WhatsApp Business app. */
	| 'Use another number'
	| 'Cancel';

/**
 * Meta's script as far as a signup needs it. Like the real one it lets the window answer to the
 * origin of the page and to no other, so that a page without an origin never hears of it, and since
 * August 2026 it signs in through the browser (FedCM) unless told not to: what is asked for is lost then.
 * It signs nobody in before it is initialised.
 *
 * @see https://developers.facebook.com/docs/reference/javascript/FB.login
 * @see https://developers.facebook.com/documentation/facebook-login/web/fedcm/
 */
const SDK = `
	window.FB = {
		init(settings) { this.settings = settings; },
		login(callback, { extras, ...options }) {
			if (!this.settings) throw new Error('FB.login() called before FB.init().');
			const { appId, version, fedCM = true } = this.settings;
			const asked = fedCM ? {} : { ...options, extras: JSON.stringify(extras) };
			const query = new URLSearchParams({ client_id: appId, ...asked, origin: location.origin });
			const popup = window.open('https://www.facebook.com/' + version + '/dialog/oauth?' + query, 'facebook', 'width=600,height=700');
			let authResponse = null;
			addEventListener('message', ({ source, data }) => { if (source === popup && data.authResponse) authResponse = data.authResponse; });
			const closing = setInterval(() => {
				if (!popup.closed) return;
				clearInterval(closing);
				// What the window has said before it closed may still be on its way.
				setTimeout(() => callback({ status: authResponse ? 'connected' : 'unknown', authResponse }), 300);
			}, 50);
		},
	};
	window.fbAsyncInit();
`;

/** Who goes through the signup. */
export interface Business {
	number: PhoneNumber;
	/** What the code is exchanged for. */
	token: string;
}

/** Puts Facebook in front of every page of the browser context. */
export async function simulateFacebook(
	context: BrowserContext,
	meta: TestMeta,
	business: Business,
): Promise<void> {
	await context.route('https://connect.facebook.net/en_US/sdk.js', async (route) => {
		await route.fulfill({ contentType: 'text/javascript', body: SDK });
	});
	await context.route('https://www.facebook.com/*/dialog/oauth?*', async (route) => {
		const { origin } = queryOf(route);
		await answer(route, whatIsWrong(route) ?? choices(origin!));
	});
	await context.route('https://www.facebook.com/chosen?*', async (route) => {
		const { choice, origin } = queryOf(route);
		await answer(route, await outcome(meta, business, choice as Choice, origin!));
	});
}

/** Presses the page's button and goes through Meta's window. */
export async function signUp(page: Page, choice: Choice): Promise<void> {
	await choose(await openWindow(page), choice);
}

export async function openWindow(page: Page): Promise<Page> {
	const opened = page.waitForEvent('popup');
	await page.getByRole('button', { name: 'Connect with Facebook' }).click();
	return await opened;
}

export async function choose(window: Page, choice: Choice): Promise<void> {
	const closed = window.waitForEvent('close');
	await window.getByRole('link', { name: choice, exact: true }).click();
	await closed;
}

function queryOf(route: Route): Record<string, string> {
	return Object.fromEntries(new URL(route.request().url()).searchParams);
}

async function answer(route: Route, html: string): Promise<void> {
	await route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
}

/** What Meta says in its window to a page that does not ask for coexistence as documented. */
function whatIsWrong(route: Route): string | undefined {
	const { extras, origin, fallback_redirect_uri: page, ...options } = queryOf(route);
	if (extras === undefined) return '<p>This app needs at least one supported permission.</p>';
	// Meta takes only an address that is among the app's Valid OAuth Redirect URIs.
	if (page !== `${origin}/webhook/whatsapp-onboarding`) return `<p>URL blocked: ${page}</p>`;
	const asked = { ...options, extras: JSON.parse(extras) };
	const documented = {
		client_id: DEFAULT.appId,
		config_id: CONFIG_ID,
		response_type: 'code',
		override_default_response_type: 'true',
		extras: {
			setup: {},
			featureType: 'whatsapp_business_app_onboarding',
			sessionInfoVersion: '3',
		},
	};
	return JSON.stringify(asked) === JSON.stringify(documented)
		? undefined
		: `<p>This is not what a coexistence signup asks for: ${JSON.stringify(asked)}</p>`;
}

function choices(origin: string): string {
	const all: Choice[] = ['Share chats', 'Share no chats', 'Use another number', 'Cancel'];
	return all
		.map(
			(choice) =>
				`<p><a href="/chosen?${new URLSearchParams({ choice, origin })}">${choice}</a></p>`,
		)
		.join('');
}

/** Carries the choice out at Meta, and reports it to the page that opened the window. */
async function outcome(
	{ control }: TestMeta,
	{ number, token }: Business,
	choice: Choice,
	origin: string,
): Promise<string> {
	if (choice === 'Cancel') {
		return report(origin, [session('CANCEL', { current_step: 'PHONE_NUMBER_SETUP' })]);
	}
	if (choice === 'Use another number') {
		const { code } = await control.post<{ code: string }>('/signup-code', { token });
		const data = { phone_number_id: number.id, waba_id: number.wabaId };
		return report(origin, [session('FINISH', data), { authResponse: { code } }]);
	}
	const content = { declined: choice === 'Share no chats' };
	await control.post('/onboard', { phoneNumberId: number.id, content });
	const { code } = await control.post<{ code: string }>('/signup-code', { token });
	return report(origin, [
		session('FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING', { waba_id: number.wabaId }),
		{ authResponse: { code } },
	]);
}

/** A session log: https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/implementation */
function session(event: string, data: Record<string, string>): string {
	return JSON.stringify({ type: 'WA_EMBEDDED_SIGNUP', event, version: 3, data });
}

function report(origin: string, messages: unknown[]): string {
	return `<script>
		for (const message of ${JSON.stringify(messages)}) opener.postMessage(message, ${JSON.stringify(origin)});
		close();
	</script>`;
}
