// Runs suites/peripherals.suite.ts in a real VS Code.
import { describeInHost } from './inHost';

describeInHost('VS Code: peripherals', { only: 'peripherals' });
