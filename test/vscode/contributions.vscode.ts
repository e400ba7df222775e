// The extension as VS Code sees it after installation.
import { describeInHost } from './inHost';

describeInHost('VS Code: contributions', { only: 'contributions' });
