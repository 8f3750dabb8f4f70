process.env.TACIT_DEEP = '1';
