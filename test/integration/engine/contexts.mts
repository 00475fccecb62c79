/**
 * n8n-core's own contexts, as what n8n-workflow says they are: of a workflow's name the one says that it may be
 * undefined, the other does not.
 */
import 'reflect-metadata';
import { HookContext, LoadOptionsContext, WebhookContext } from 'n8n-core';
import type { IHookFunctions, ILoadOptionsFunctions, IWebhookFunctions } from 'n8n-workflow';

export function hookContext(...given: ConstructorParameters<typeof HookContext>) {
	return new HookContext(...given) as IHookFunctions;
}

export function webhookContext(...given: ConstructorParameters<typeof WebhookContext>) {
	return new WebhookContext(...given) as IWebhookFunctions;
}

export function loadOptionsContext(...given: ConstructorParameters<typeof LoadOptionsContext>) {
	return new LoadOptionsContext(...given) as ILoadOptionsFunctions;
}
