package mockapi

import (
	"fmt"
	"io"
)

// ReadFixtures reads fixtures as JSON. It accepts no field that it does not know, and its errors begin with the path of
// what is wrong, such as jobs[2].checkpoints[0].create_time.
func ReadFixtures(r io.Reader) (*Fixtures, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the fixtures: %w", err)
	}

	var f Fixtures
	if err := decodeStrict(text, &f); err != nil {
		return nil, err
	}
	// Whatever a server can be filled with is right.
	if err := newServer(Options{}).load(f, 0); err != nil {
		return nil, err
	}

	return &f, nil
}
