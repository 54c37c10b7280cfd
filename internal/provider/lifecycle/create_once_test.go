// SPDX-License-Identifier: MPL-2.0

package lifecycle

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// scriptedClock is a virtual clock. Sleeping advances it, and ends with the context.
type scriptedClock struct{ now time.Time }

func newScriptedClock() *scriptedClock {
	return &scriptedClock{now: time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)}
}

func (c *scriptedClock) Now() time.Time { return c.now }

func (c *scriptedClock) Sleep(ctx context.Context, d time.Duration) error {
	c.now = c.now.Add(d)
	return context.Cause(ctx)
}

func status(code int) error { return &fireworks.Error{StatusCode: code, Method: http.MethodPost} }

// refusal is a 400 of the API. A status alone is the response of a proxy.
func refusal() error { return &fireworks.Error{StatusCode: 400, Code: 3, Method: http.MethodPost} }

// conflict is a 409 of the API.
func conflict() error { return &fireworks.Error{StatusCode: 409, Code: 6, Method: http.MethodPost} }

// thing is an object of a scripted platform.
type thing struct {
	created time.Time
	differs string
}

// scriptedPlatform holds at most one thing. Each response says what the next request does and returns.
type scriptedPlatform struct {
	clock     *scriptedClock
	thing     *thing
	responses []scriptedResponse
	sent      int
	findErr   error
	// hidden is how many lookups do not see the thing.
	hidden int
}

type scriptedResponse struct {
	// creates is set if the request creates the thing, by something else if foreign.
	creates, foreign bool
	differs          string
	err              error
	// interrupts is set if the run is interrupted meanwhile.
	interrupts bool
}

func (p *scriptedPlatform) createOnce(cancel context.CancelFunc) CreateOnce[thing] {
	return CreateOnce[thing]{
		Find: func(context.Context) (*thing, error) {
			switch {
			case p.findErr != nil && p.sent > 0:
				return nil, p.findErr
			case p.hidden > 0 && p.thing != nil:
				p.hidden--
				return nil, nil //nolint:nilnil // it is not visible yet
			}

			return p.thing, nil
		},
		Send: func(context.Context) (*thing, error) {
			response := p.responses[min(p.sent, len(p.responses)-1)]
			p.sent++

			if response.foreign {
				p.clock.now = p.clock.now.Add(time.Second)
			}

			if response.creates && p.thing == nil {
				p.thing = &thing{p.clock.now, response.differs}
			}

			if response.interrupts {
				cancel()
			}

			return p.thing, response.err
		},
		Describe: func(t *thing) CreatedObject {
			return CreatedObject{Name: "t", Created: t.created,
				Differs: t.differs}
		},
		Clock:      p.clock,
		MaxRetries: 3,
	}
}

func TestCreateOnce(t *testing.T) {
	t.Parallel()

	const (
		created = iota
		exists
		refused
		undetermined
	)

	for name, test := range map[string]struct {
		platform  scriptedPlatform
		responses []scriptedResponse
		want      int
		sent      int
	}{
		"accepted":         {responses: []scriptedResponse{{creates: true}}, want: created, sent: 1},
		"it exists before": {platform: scriptedPlatform{thing: &thing{}}, want: exists},
		"refused":          {responses: []scriptedResponse{{err: refusal()}}, want: refused, sent: 1},
		"conflict": {responses: []scriptedResponse{{creates: true, foreign: true, err: conflict()}},
			want: refused, sent: 1},
		"lost and done": {responses: []scriptedResponse{{creates: true, err: status(502)}}, want: created,
			sent: 1},
		"edge proxy, done": {responses: []scriptedResponse{{creates: true, err: status(520)}}, want: created,
			sent: 1},
		"499, done": {responses: []scriptedResponse{{creates: true, err: status(499)}}, want: created,
			sent: 1},
		"redirect, done": {responses: []scriptedResponse{{creates: true, err: status(302)}}, want: created,
			sent: 1},
		"403 of a proxy, done": {responses: []scriptedResponse{{creates: true, err: status(403)}}, want: created,
			sent: 1},
		"403 of a proxy": {responses: []scriptedResponse{{err: status(403)}}, want: undetermined, sent: 1},
		"not decodable, done": {responses: []scriptedResponse{{creates: true, err: &fireworks.DecodeError{}}},
			want: created, sent: 1},
		"lost, then accepted": {responses: []scriptedResponse{{err: status(503)}, {creates: true}}, want: created,
			sent: 2},
		"lost, then refused": {responses: []scriptedResponse{{err: status(503)}, {err: refusal()}}, want: refused,
			sent: 2},
		"lost every time": {responses: []scriptedResponse{{err: status(520)}}, want: undetermined, sent: 4},
		"lost and not checkable": {platform: scriptedPlatform{findErr: status(500)},
			responses: []scriptedResponse{{err: status(503)}}, want: undetermined, sent: 1},
		"lost, and another thing appears": {
			responses: []scriptedResponse{{creates: true, differs: "its base model is other", err: status(503)}},
			want:      undetermined, sent: 1,
		},
		"lost, and visible after the conflict": {
			platform:  scriptedPlatform{hidden: 3},
			responses: []scriptedResponse{{creates: true, err: status(503)}, {err: conflict()}}, want: created, sent: 2,
		},
		"conflict, and never visible": {
			platform:  scriptedPlatform{hidden: 1000},
			responses: []scriptedResponse{{creates: true, err: status(503)}, {err: conflict()}}, want: undetermined,
			sent: 2,
		},
		"interrupted and done": {responses: []scriptedResponse{{creates: true, interrupts: true, err: status(504)}},
			want: created, sent: 1},
		"interrupted and not done": {responses: []scriptedResponse{{interrupts: true, err: status(504)}},
			want: undetermined, sent: 1},
		"interrupted and foreign": {
			responses: []scriptedResponse{{err: status(503)},
				{creates: true, foreign: true, interrupts: true, err: conflict()}},
			want: undetermined, sent: 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()

			platform := test.platform
			platform.clock, platform.responses = newScriptedClock(), test.responses

			_, err := platform.createOnce(cancel).Do(ctx)

			_, isUndetermined := errors.AsType[*undeterminedError](err)
			got := refused

			switch {
			case err == nil:
				got = created
			case isUndetermined:
				got = undetermined
			case errors.Is(err, ErrAlreadyExists):
				got = exists
			}

			if got != test.want || platform.sent != test.sent {
				t.Errorf("outcome %d after %d requests, want %d after %d: %v", got, platform.sent, test.want, test.sent,
					err)
			}
		})
	}
}

// TestCreateOnce_TwoWorkspaces has both workspaces see 503 before the request of the first one succeeds: only that one
// owns the object.
func TestCreateOnce_TwoWorkspaces(t *testing.T) {
	t.Parallel()

	clock := newScriptedClock()
	b := &scriptedPlatform{clock: clock, responses: []scriptedResponse{
		{err: status(503)},
		// Meanwhile the request of workspace A succeeds.
		{creates: true, foreign: true, err: conflict()},
	}}

	_, err := b.createOnce(nil).Do(t.Context())

	undetermined, ok := errors.AsType[*undeterminedError](err)
	if !ok || undetermined.reason == "" || undetermined.name != "t" {
		t.Errorf("got %#v", err)
	}
}
