/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

/*
 * The cheapest two ends for a TLS proxy:
 *
 *   pipe sink CERTIFICATE KEY   listens on a port of 127.0.0.1, prints it, and
 *                               reads connections one after the other to their
 *                               end; prints the number of bytes of each
 *   pipe source PORT BYTES      sends this many bytes there, and waits until the
 *                               other end has closed
 */

enum {
	BLOCK_SIZE = 64 * 1024,
};

static void die(const char *what)
{
	perror(what);
	ERR_print_errors_fp(stderr);
	exit(EXIT_FAILURE);
}

static struct sockaddr_in loopback(const char *port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)strtoul(port, NULL, 10)),
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
}

static SSL *start_tls(SSL_CTX *context, int fd)
{
	SSL *tls = SSL_new(context);
	int on = 1;

	if (!tls || !SSL_set_fd(tls, fd))
		die("SSL_new");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return tls;
}

static int listen_somewhere(void)
{
	struct sockaddr_in address = loopback("0");
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) < 0 || listen(fd, 16) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		die("listen");
	printf("%u\n", ntohs(address.sin_port));
	fflush(stdout);
	return fd;
}

static void drain(SSL_CTX *context, int fd)
{
	static char block[BLOCK_SIZE];
	unsigned long long total = 0;
	SSL *tls = start_tls(context, fd);
	int n = SSL_accept(tls);

	while (n > 0) {
		n = SSL_read(tls, block, sizeof(block));
		total += n > 0 ? (unsigned)n : 0;
	}
	SSL_shutdown(tls);
	SSL_free(tls);
	close(fd);
	/* A proxy's health check connects and sends nothing. */
	if (total > 0)
		printf("%llu\n", total);
	fflush(stdout);
}

static void sink(const char *certificate, const char *key)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	int listener;

	if (!context || SSL_CTX_use_certificate_chain_file(context, certificate) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
		die(certificate);
	listener = listen_somewhere();
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			die("accept");
		drain(context, fd);
	}
}

static void source(const char *port, const char *bytes)
{
	static unsigned char block[BLOCK_SIZE];
	struct sockaddr_in address = loopback(port);
	unsigned long long left = strtoull(bytes, NULL, 10);
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	SSL *tls;

	if (!context || fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		die("connect");
	tls = start_tls(context, fd);
	if (RAND_bytes(block, sizeof(block)) != 1 || SSL_connect(tls) != 1)
		die("SSL_connect");
	while (left > 0) {
		int n = SSL_write(tls, block, left < BLOCK_SIZE ? (int)left : BLOCK_SIZE);

		if (n <= 0)
			die("SSL_write");
		left -= (unsigned)n;
	}
	SSL_shutdown(tls);
	shutdown(fd, SHUT_WR);
	while (read(fd, block, sizeof(block)) > 0)
		;
	SSL_free(tls);
	SSL_CTX_free(context);
	close(fd);
}

int main(int argc, char *argv[])
{
	if (argc == 4 && strcmp(argv[1], "sink") == 0) {
		sink(argv[2], argv[3]);
	} else if (argc == 4 && strcmp(argv[1], "source") == 0) {
		source(argv[2], argv[3]);
	} else {
		fprintf(stderr, "usage: pipe sink CERTIFICATE KEY | source PORT BYTES\n");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
