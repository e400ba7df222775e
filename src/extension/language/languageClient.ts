// VS Code's language client library as a bundle of its own (dist/languageClient.js): it is loaded with the first OpenOCD script.
export { LanguageClient, TransportKind } from 'vscode-languageclient/node';
