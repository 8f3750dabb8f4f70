process.env.TACIT_TEST_LEDGER = 'fabric';
process.env.TACIT_TEST_MESSAGING = 'nats';
