import Ajv from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeExecutionData } from 'n8n-workflow';

const FOLDER = join(process.cwd(), 'nodes/WhatsAppCoexistence/__schema__/v1.0.0');

/**
 * Holds items against the output schema that n8n's editor shows for the operation: its own, or that of
 * its resource. The schemas leave room for more properties; here a property they do not name is a fault as well.
 *
 * @returns what does not fit, or null
 */
export function misfitOf(
	resource: string,
	operation: string,
	items: INodeExecutionData[],
): string | null {
	const files = [operation, 'default'].map((name) => join(FOLDER, resource, `${name}.json`));
	const schema = JSON.parse(readFileSync(files.find(existsSync)!, 'utf8')) as object;
	const ajv = new Ajv({ allowUnionTypes: true });
	const validate = ajv.compile({ ...schema, additionalProperties: false });
	const misfit = items.find(({ json }) => !validate(json));
	return misfit === undefined ? null : ajv.errorsText(validate.errors);
}
