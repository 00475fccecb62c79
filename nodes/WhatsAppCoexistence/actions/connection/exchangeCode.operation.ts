import { CREDENTIAL, type CoexistenceCredential } from '../../graph/client';
import { exchangeSignupCode } from '../../graph/token';
import type { Operation } from '../operation';

export const exchangeCode: Operation = {
	name: 'Exchange Code',
	description: 'Turn the code of Embedded Signup into the access token of the business',
	action: 'Exchange an embedded signup code',
	withoutAccount: true,
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
		const app = await context.getCredentials<CoexistenceCredential>(CREDENTIAL);
		const code = context.getNodeParameter('code', itemIndex) as string;
		const answer = await exchangeSignupCode(graph, app, code, itemIndex);
		return {
			accessToken: answer.access_token ?? null,
			tokenType: answer.token_type ?? null,
			expiresInSeconds: answer.expires_in ?? null,
		};
	},
};
