import type { INodeProperties } from 'n8n-workflow';
import type { z } from 'zod';

import { optionalText } from '../../parameter-schema';

/** The heading of a section, which Meta wants as soon as there are several. */
export const sectionTitleField: INodeProperties = {
	displayName: 'Title',
	name: 'title',
	type: 'string',
	default: '',
	description: 'At most 24 characters; needed where there are several sections',
};

export const sectionTitle = optionalText(24);

/** Refuses a section without a title beside others. */
export function titledWhereSeveral(
	sections: Array<{ title?: string | undefined }>,
	context: z.RefinementCtx,
): void {
	if (sections.length === 1) return;
	sections.forEach(({ title }, index) => {
		if (title !== undefined) return;
		context.addIssue({
			code: 'custom',
			path: [index, 'title'],
			message: 'is empty; each section needs one where there are several',
		});
	});
}
