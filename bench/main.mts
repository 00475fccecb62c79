/** `npm run bench`: what the delivery path costs, as medians. Run it on an otherwise idle machine. */
import Table from 'cli-table3';

import { delivering } from './delivery.bench.mts';
import { compareWithFloor } from './floor.bench.mts';
import { processor } from './machine.mts';
import { parsing } from './parse.bench.mts';

const table = new Table({
	head: ['What', 'Median', '99 %', 'Runs'],
	colAligns: ['left', 'right', 'right', 'right'],
});
for (const bench of [parsing, delivering]) {
	await bench.run();
	for (const { name, result } of bench.tasks) {
		if (result.state !== 'completed')
			throw new Error(`${name} did not complete`, { cause: result });
		const { p50, p99, samplesCount } = result.latency;
		table.push([name, time(p50), time(p99), samplesCount]);
	}
}
console.log(`${processor()}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
console.log(table.toString());

const floorTable = new Table({
	head: ['Against HMAC, JSON.parse and an empty walk', 'Ours', 'Floor', 'Ratio', 'At most'],
	colAligns: ['left', 'right', 'right', 'right', 'right'],
});
for (const { name, ours, floor, ratio, limit } of compareWithFloor()) {
	floorTable.push([name, time(ours), time(floor), ratio.toFixed(2), limit.toFixed(1)]);
	if (ratio > limit) process.exitCode = 1;
}
console.log(floorTable.toString());

function time(milliseconds: number): string {
	return milliseconds < 1
		? `${(milliseconds * 1000).toFixed(1)} µs`
		: `${milliseconds.toFixed(2)} ms`;
}
