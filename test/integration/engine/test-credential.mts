import 'reflect-metadata';
import { CredentialTestContext } from 'n8n-core';
import type { INodeCredentialTestResult } from 'n8n-workflow';

import { testCoexistenceApi } from '../../../nodes/WhatsAppCoexistence/methods/credential-test';
import { CREDENTIAL_TYPE, type Credential } from './additional-data.mts';

/** Tests a credential as n8n does when it is saved. */
export async function testCredential(credential: Credential): Promise<INodeCredentialTestResult> {
	return await testCoexistenceApi.call(new CredentialTestContext(), {
		id: '1',
		name: 'Test',
		type: CREDENTIAL_TYPE,
		data: credential as never,
	});
}
