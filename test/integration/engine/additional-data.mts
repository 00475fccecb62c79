import {
	ICredentialsHelper,
	type ICredentialDataDecryptedObject,
	type IHttpRequestOptions,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

import { WhatsAppCoexistenceApi } from '../../../credentials/WhatsAppCoexistenceApi.credentials';

/** The fields of the credential, as a user fills them in. */
export interface Credential {
	accessToken: string;
	businessAccountId: string;
	appId: string;
	appSecret: string;
	baseUrl: string;
	graphVersion?: string;
	messagesPerSecond?: number | undefined;
	otherGraphVersion?: string;
	flowPrivateKey?: string;
	flowKeyPassphrase?: string;
	rehearse?: boolean;
}

export const CREDENTIAL_TYPE = 'whatsAppCoexistenceApi';

/** n8n's credential helper, with one credential that needs no decryption. */
class OneCredential extends ICredentialsHelper {
	private readonly data: ICredentialDataDecryptedObject;

	constructor(credential: Credential) {
		super();
		this.data = credential as unknown as ICredentialDataDecryptedObject;
	}

	override getParentTypes = () => [];
	override isCredentialUsableByNode = () => true;
	override getDecrypted = async () => ({ ...this.data });
	override preAuthentication = async () => undefined;
	override runPreAuthentication = async () => undefined;
	override getCredentialsProperties = () => new WhatsAppCoexistenceApi().properties;
	override getCredentials = notCalled;
	override updateCredentials = notCalled;
	override updateCredentialsOauthTokenData = notCalled;

	override async authenticate(
		credentials: ICredentialDataDecryptedObject,
		_type: string,
		options: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { authenticate } = new WhatsAppCoexistenceApi();
		if (typeof authenticate !== 'function') throw new Error('The credential signs by a function');
		return await authenticate(credentials, options);
	}
}

function notCalled(): never {
	throw new Error('The nodes of this package do not use this part of n8n');
}

/** What n8n hands to every run of a node, with its own webhook addresses at `baseUrl`. */
export function additionalDataFor(
	credential: Credential,
	baseUrl = 'http://127.0.0.1',
): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: new OneCredential(credential),
		currentNodeExecutionIndex: 0,
		variables: {},
		externalSecretsProxy: { hasProvider: () => false } as never,
		restApiUrl: `${baseUrl}/rest`,
		instanceBaseUrl: baseUrl,
		formBaseUrl: `${baseUrl}/form`,
		formWaitingBaseUrl: `${baseUrl}/form-waiting`,
		formTestBaseUrl: `${baseUrl}/form-test`,
		webhookBaseUrl: `${baseUrl}/webhook`,
		webhookWaitingBaseUrl: `${baseUrl}/webhook-waiting`,
		webhookTestBaseUrl: `${baseUrl}/webhook-test`,
		mcpBaseUrl: `${baseUrl}/mcp`,
		mcpTestBaseUrl: `${baseUrl}/mcp-test`,
		logAiEvent: () => {},
		executeWorkflow: notCalled,
		getRunExecutionData: notCalled,
		getRuntimeCredential: notCalled,
		startRunnerTask: notCalled,
	};
}
