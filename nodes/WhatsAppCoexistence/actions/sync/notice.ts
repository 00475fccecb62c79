import type { INodeProperties } from 'n8n-workflow';

/** Shown on both sync operations, because a request spent too early cannot be taken back. */
export const onceNotice: INodeProperties = {
	displayName:
		'Meta takes each request once per onboarding and only within 24 hours of it. Request the contacts first, then the history.',
	name: 'syncNotice',
	type: 'notice',
	default: '',
};
