// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"time"
)

const (
	// interruptGrace is how long a create request may continue after an interrupt:
	// its response decides whether there is an object to keep in the state.
	interruptGrace = time.Second
	// interruptCheckTimeout and timeoutCheckTimeout limit the last requests after an interrupt and after a timeout.
	interruptCheckTimeout = 800 * time.Millisecond
	timeoutCheckTimeout   = 5 * time.Second
)

// withInterruptGrace returns a copy of ctx that ends a little later than ctx, with the same cause.
func withInterruptGrace(ctx context.Context) (context.Context, context.CancelFunc) {
	graceful, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(interruptGrace, func() { cancel(context.Cause(ctx)) })
		context.AfterFunc(graceful, func() { timer.Stop() })
	})

	return graceful, func() { stop(); cancel(nil) }
}

// AfterEnd returns a context for the last requests after ctx ended, or a copy of ctx if it did not.
func AfterEnd(ctx context.Context) (context.Context, context.CancelFunc) {
	switch {
	case ctx.Err() == nil:
		return context.WithCancel(ctx)
	case isInterrupted(ctx):
		return context.WithTimeout(context.WithoutCancel(ctx), interruptCheckTimeout)
	}

	return context.WithTimeout(context.WithoutCancel(ctx), timeoutCheckTimeout)
}
