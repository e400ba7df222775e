// Starts the language server on standard input and output, for any editor: `node dist/languageServer.js --stdio`.
// vscode-languageclient may also ask for a pipe or a socket; the library reads that from the command line.
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { LanguageServer } from './server';

if (!process.argv.some((argument) => /^--(?:stdio|node-ipc|socket|pipe)/.test(argument))) process.argv.push('--stdio');
const connection = createConnection(ProposedFeatures.all);
new LanguageServer(connection);
connection.listen();
