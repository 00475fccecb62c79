/** What exists at the simulated Meta: plain data, changed by the Graph API and by the control API. */
import type { AtLeast } from '../lists.mts';
import { messageTemplates, type MessageTemplate } from './default-templates.mts';

export interface App {
	id: string;
	name: string;
	secret: string;
	/** *Require App Secret* of App Settings > Advanced: no call without `appsecret_proof`. */
	requiresSecret: boolean;
	/** The app's own webhook: one callback for the object `whatsapp_business_account`. */
	subscription: AppSubscription | null;
}

export interface AppSubscription {
	callbackUrl: string;
	fields: string[];
}

export interface Waba {
	id: string;
	name: string;
	ownerBusinessId: string;
	/** Subscribed apps by app ID, each with the callback override of this WABA if there is one. */
	subscribedApps: Record<string, { overrideCallbackUri: string | null }>;
	templates: MessageTemplate[];
	flows: Flow[];
	/** Names of deleted templates that had been approved, with the unix ms until which they are taken. */
	deletedNames: Record<string, number>;
	/** Signed up to the Marketing Messages API. */
	marketingOnboarded: boolean;
	/** `disable_marketing_messages_on_cloud_api` */
	marketingDisabled: boolean;
}

export interface Flow {
	id: string;
	name: string;
	status: 'DRAFT' | 'PUBLISHED' | 'DEPRECATED';
	categories: string[];
	validation_errors: unknown[];
}

export type SyncType = 'smb_app_state_sync' | 'history';

export interface PhoneNumber {
	id: string;
	wabaId: string;
	/** Digits only. */
	displayPhoneNumber: string;
	verifiedName: string;
	/** Also used in the WhatsApp Business app. */
	coexistence: boolean;
	/** False between off-boarding and reconnection: nothing is sent and nothing received. */
	connected: boolean;
	qualityRating: 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';
	/** Of a test number: the phones, in digits, that it may write to. Null for a number of one's own. */
	allowedRecipients: string[] | null;
	/** Callback overrides of this number by app ID. */
	overrideCallbackUris: Record<string, string>;
	/** The onboarding that smb_app_data counts from; null if there was none or it was undone. */
	onboarding: Onboarding | null;
	profile: Record<string, unknown>;
	/** Phones and user ids that it has blocked. */
	blocked: string[];
	qrCodes: QrCode[];
	/** How many there ever were. */
	qrCodesMade: number;
	/** Ice breakers and commands; null while nothing was ever set. */
	conversationalAutomation: { prompts?: string[]; commands?: object[] } | null;
	/** PEM: what WhatsApp encrypts the requests of forms (Flows) with. */
	flowPublicKey: string | null;
	/** Unix ms of each customer's last message, by phone and by user id. */
	lastInboundAt: Record<string, number>;
}

export interface QrCode {
	code: string;
	prefilled_message: string;
}

export interface Onboarding {
	/** Unix ms. */
	startedAt: number;
	/** Request id of each sync that was asked for. */
	requested: Partial<Record<SyncType, string>>;
}

export interface AccessToken {
	token: string;
	appId: string;
	scopes: string[];
	wabaIds: string[];
	/** Unix seconds; 0 means never. */
	expiresAt: number;
}

export interface Media {
	id: string;
	phoneNumberId: string;
	mimeType: string;
	fileName: string | null;
	content: Buffer;
	sha256: string;
	/** Unix ms; uploads live 30 days, media of webhooks 7. */
	expiresAt: number;
	/** Served this fast, in pieces and without a content length; at once and with one where undefined. */
	bytesPerSecond?: number | undefined;
}

export interface Upload {
	/** `upload:` and an opaque text. */
	id: string;
	signature: string;
	appId: string;
	mimeType: string;
	/** In bytes, as announced. */
	length: number;
	received: Buffer;
	/** Null until all has arrived. */
	handle: string | null;
}

export interface SentMessage {
	id: string;
	phoneNumberId: string;
	/** What the caller wrote in `to` or `recipient`. */
	recipient: string;
	/** Unix ms of simulated time at which it was accepted. */
	at: number;
	/** Through the Marketing Messages API. */
	marketing?: boolean;
	/** Accepted and never sent, as Meta does with a user id in `to`. */
	lost: boolean;
	body: Record<string, unknown>;
}

/** Those of {@link defaultWorld} come first in their lists, and stay. */
export interface World {
	apps: AtLeast<3, App>;
	wabas: AtLeast<2, Waba>;
	phoneNumbers: AtLeast<3, PhoneNumber>;
	tokens: Record<TokenName, AccessToken>;
	/** Embedded Signup codes that were ever given out. */
	signupCodes: SignupCode[];
	media: Media[];
	/** Files that were, or are being, handed to an app. */
	uploads: Upload[];
	/** How many there ever were; ids count from it. */
	mediaStored: number;
	sentMessages: SentMessage[];
	/** What limits or blocks sending, by ID of a number, a WABA, its owner or an app; healthy where nothing stands. */
	health: Record<string, Health>;
	/** Calls that no client may ever make on a coexistence number. */
	violations: Array<{ method: string; path: string; reason: string }>;
}

export interface Health {
	can_send_message: 'AVAILABLE' | 'LIMITED' | 'BLOCKED';
	/** Why it is limited. */
	additional_info?: string[];
	/** Why it is blocked. */
	errors?: Array<{ error_code: number; error_description: string; possible_solution: string }>;
}

export const HEALTHY: Health = { can_send_message: 'AVAILABLE' };

export type TokenName =
	| 'business'
	| 'expired'
	| 'withoutManagement'
	| 'withoutMessaging'
	| 'secondWaba'
	| 'secondApp'
	| 'strictApp';

export interface SignupCode {
	code: string;
	appId: string;
	/** The business token it is exchanged for. */
	token: string;
	/** Unix ms; 30 s after issue. */
	expiresAt: number;
	used: boolean;
}

const MANAGEMENT = 'whatsapp_business_management';
const MESSAGING = 'whatsapp_business_messaging';

export const DEFAULT = {
	appId: '700000000000001',
	secondAppId: '700000000000002',
	strictAppId: '700000000000003',
	wabaId: '900000000000001',
	secondWabaId: '900000000000002',
	phoneNumberId: '800000000000001',
	secondPhoneNumberId: '800000000000002',
	otherWabaPhoneNumberId: '800000000000003',
} as const;

export function defaultWorld(): World {
	return {
		apps: [
			newApp(DEFAULT.appId, 'Marta Flowers CRM', 'test_app_secret'),
			newApp(DEFAULT.secondAppId, 'Another Partner', 'second_app_secret'),
			{
				...newApp(DEFAULT.strictAppId, 'Careful Partner', 'strict_app_secret'),
				requiresSecret: true,
			},
		],
		wabas: [
			newWaba(DEFAULT.wabaId, 'Marta Flowers', '600000000000001', messageTemplates()),
			newWaba(DEFAULT.secondWabaId, 'Gil Hardware', '600000000000002', []),
		],
		phoneNumbers: [
			newPhoneNumber(DEFAULT.phoneNumberId, DEFAULT.wabaId, '34600111222', 'Marta Flowers'),
			newPhoneNumber(DEFAULT.secondPhoneNumberId, DEFAULT.wabaId, '34600111333', 'Marta Gardens'),
			newPhoneNumber(
				DEFAULT.otherWabaPhoneNumberId,
				DEFAULT.secondWabaId,
				'34600111444',
				'Gil Hardware',
			),
		],
		tokens: {
			business: newToken('EAASimulatedBusiness', DEFAULT.wabaId, [MANAGEMENT, MESSAGING]),
			expired: {
				...newToken('EAASimulatedExpired', DEFAULT.wabaId, [MANAGEMENT, MESSAGING]),
				expiresAt: 1767225600,
			},
			withoutManagement: newToken('EAASimulatedMessagingOnly', DEFAULT.wabaId, [MESSAGING]),
			withoutMessaging: newToken('EAASimulatedManagementOnly', DEFAULT.wabaId, [MANAGEMENT]),
			secondWaba: newToken('EAASimulatedSecondWaba', DEFAULT.secondWabaId, [MANAGEMENT, MESSAGING]),
			secondApp: {
				...newToken('EAASimulatedSecondApp', DEFAULT.wabaId, [MANAGEMENT, MESSAGING]),
				appId: DEFAULT.secondAppId,
			},
			strictApp: {
				...newToken('EAASimulatedStrictApp', DEFAULT.wabaId, [MANAGEMENT, MESSAGING]),
				appId: DEFAULT.strictAppId,
			},
		},
		signupCodes: [],
		media: [],
		uploads: [],
		mediaStored: 0,
		sentMessages: [],
		health: {},
		violations: [],
	};
}

/** The app access token in the form `APP_ID|APP_SECRET` that Meta accepts beside the issued one. */
export function appAccessToken(app: App): string {
	return `${app.id}|${app.secret}`;
}

export function findApp(world: World, id: string): App | undefined {
	return world.apps.find((app) => app.id === id);
}

export function findWaba(world: World, id: string): Waba | undefined {
	return world.wabas.find((waba) => waba.id === id);
}

export function findPhoneNumber(world: World, id: string): PhoneNumber | undefined {
	return world.phoneNumbers.find((number) => number.id === id);
}

function newApp(id: string, name: string, secret: string): App {
	return { id, name, secret, requiresSecret: false, subscription: null };
}

function newWaba(
	id: string,
	name: string,
	ownerBusinessId: string,
	templates: MessageTemplate[],
): Waba {
	return {
		id,
		name,
		ownerBusinessId,
		subscribedApps: {},
		deletedNames: {},
		marketingOnboarded: false,
		marketingDisabled: false,
		templates,
		flows: [
			{
				id: `${id.slice(0, 3)}500000000001`,
				name: 'appointment_booking',
				status: 'PUBLISHED',
				categories: ['APPOINTMENT_BOOKING'],
				validation_errors: [],
			},
			{
				id: `${id.slice(0, 3)}500000000002`,
				name: 'satisfaction_survey',
				status: 'DRAFT',
				categories: ['SURVEY'],
				validation_errors: [],
			},
		],
	};
}

function newPhoneNumber(
	id: string,
	wabaId: string,
	displayPhoneNumber: string,
	verifiedName: string,
): PhoneNumber {
	return {
		id,
		wabaId,
		displayPhoneNumber,
		verifiedName,
		coexistence: true,
		connected: true,
		qualityRating: 'GREEN',
		allowedRecipients: null,
		overrideCallbackUris: {},
		onboarding: null,
		flowPublicKey: null,
		profile: {
			about: 'Flowers and plants',
			address: 'Calle Mayor 1, Madrid',
			description: 'Family flower shop',
			email: 'hello@flowers.test',
			vertical: 'RETAIL',
			websites: ['https://flowers.test/'],
		},
		blocked: [],
		qrCodes: [],
		qrCodesMade: 0,
		conversationalAutomation: null,
		lastInboundAt: {},
	};
}

function newToken(token: string, wabaId: string, scopes: string[]): AccessToken {
	return { token, appId: DEFAULT.appId, scopes, wabaIds: [wabaId], expiresAt: 0 };
}
