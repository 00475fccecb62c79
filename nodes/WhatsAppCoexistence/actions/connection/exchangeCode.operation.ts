import { CREDENTIAL, type CoexistenceCredential } from '../../graph/client';
import type { Operation } from '../operation';

interface Answer {
	access_token?: string;
	token_type?: string;
	expires_in?: number;
}

/**
 * Exchanges the code of Embedded Signup for the token of the business that has signed up. The code
 * lives for 30 seconds and can be exchanged once, so the exchange is not repeated.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/embedded-signup/onboarding-customers-as-a-tech-provider
 */
export const exchangeCode: Operation = {
	name: 'Exchange Code',
	description: 'Turn the code of Embedded Signup into the access token of the business',
	action: 'Exchange an embedded signup code',
	properties: [
		{
			displayName:
				'The outcome holds the access token of the business in clear text, and n8n stores it with the execution. Pass it on to where you keep secrets, and switch off the saving of executions in the settings of this workflow.',
			name: 'tokenNotice',
			type: 'notice',
			default: '',
		},
		{
			displayName: 'Code',
			name: 'code',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			required: true,
			description: 'What the signup page received from Meta, at most 30 seconds old',
		},
	],
	async execute(context, graph, itemIndex) {
		const { appId, appSecret } = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		const answer = await graph.call<Answer>({
			method: 'GET',
			path: '/oauth/access_token',
			as: 'app',
			qs: {
				client_id: appId,
				client_secret: appSecret,
				code: context.getNodeParameter('code', itemIndex) as string,
			},
			repeatable: false,
			itemIndex,
		});
		return {
			accessToken: answer.access_token ?? null,
			tokenType: answer.token_type ?? null,
			expiresInSeconds: answer.expires_in ?? null,
		};
	},
};
