/** What a scenario is made of. */
import { z } from 'zod';
import type { Dispatch } from '../delivery/engine.mts';
import type { Update } from '../delivery/routing.mts';
import { inventPeople, type Person } from '../people.mts';
import type { Simulation } from '../simulation.mts';
import { DEFAULT, type PhoneNumber } from '../world.mts';

/** What the options of every scenario have. */
type CommonSchema = z.ZodType<z.output<z.ZodObject<typeof commonOptions>>, z.ZodTypeDef, unknown>;

export interface Scenario<Schema extends CommonSchema = CommonSchema> {
	schema: Schema;
	play(stage: Stage, options: z.output<Schema>): Promise<void> | void;
}

export interface Stage {
	simulation: Simulation;
	number: PhoneNumber;
	/** Delivers and counts. */
	send(updates: Update[]): void;
	/** Counts what was delivered elsewhere. */
	note(updates: Update[], dispatch: Dispatch): void;
}

/** Options of every scenario. */
export const commonOptions = {
	phoneNumberId: z.string().default(DEFAULT.phoneNumberId),
	/** Answer only when everything was accepted or given up. */
	wait: z.boolean().default(true),
};

/** One certain person. Without `phone` only the user id is shown. */
export const customerSchema = z
	.object({
		fullName: z.string().default('Marta Gil'),
		phone: z.string().nullable().default(null),
		userId: z.string().default('ES.4815162342ABC'),
		username: z.string().nullable().default(null),
	})
	.strict()
	.transform((person): Person => ({ ...person, firstName: person.fullName.replace(/ .*/s, '') }));

/** Options of scenarios with live customers. */
export const customerOptions = {
	customers: z.number().int().positive().default(3),
	seed: z.number().int().nonnegative().default(1),
	usernameOnlyShare: z.number().min(0).max(1).default(0),
	/** Instead of invented ones. */
	customer: customerSchema.optional(),
};

export function customersOf({
	customer,
	customers,
	seed,
	usernameOnlyShare,
}: z.output<z.ZodObject<typeof customerOptions>>): Person[] {
	return customer ? [customer] : inventPeople(customers, seed, usernameOnlyShare);
}

/** Gives `schema` and `play` their types. */
export function defineScenario<Schema extends CommonSchema>(
	schema: Schema,
	play: Scenario<Schema>['play'],
): Scenario<Schema> {
	return { schema, play };
}
