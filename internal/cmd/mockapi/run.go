// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2

	readHeaderTimeout = 10 * time.Second
	shutdownTimeout   = time.Second
)

// run runs the command until ctx is done and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, err := parseSettings(args)
	if errors.Is(err, flag.ErrHelp) {
		printHelp(stdout)
		return exitOK
	}

	if err != nil {
		_, _ = fmt.Fprintf(stderr, programName+": %v ("+programName+" -help explains the flags)\n", err)
		return exitUsage
	}

	switch {
	case s.version:
		_, _ = fmt.Fprintln(stdout, versionLine())
		return exitOK
	case s.printFixtures:
		_, _ = io.WriteString(stdout, mockapi.BuiltinFixturesJSON)
		return exitOK
	}

	options, err := s.options(stderr)
	if err != nil {
		_, _ = fmt.Fprintf(stderr, programName+": %v\n", err)
		return exitUsage
	}

	if err := serve(ctx, s.listen, options, stdout); err != nil {
		_, _ = fmt.Fprintf(stderr, programName+": %v\n", err)
		return exitFailed
	}

	return exitOK
}

func serve(ctx context.Context, address string, options mockapi.Options, stdout io.Writer) error {
	handler, err := mockapi.New(options)
	if err != nil {
		return err
	}

	var config net.ListenConfig

	listener, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}

	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}

	serveErr := make(chan error, 1)
	go func() { serveErr <- server.Serve(listener) }()

	if _, err := fmt.Fprintf(stdout, "listening on http://%s\n", listener.Addr()); err != nil {
		_ = server.Close()
		return err
	}

	select {
	case err := <-serveErr:
		return err
	case <-ctx.Done():
	}

	shutdownCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()

	if err := server.Shutdown(shutdownCtx); err != nil {
		return server.Close()
	}

	return nil
}
