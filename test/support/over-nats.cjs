process.env.TACIT_TEST_MESSAGING = 'nats';
