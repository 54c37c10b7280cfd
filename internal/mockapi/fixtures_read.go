package mockapi

import (
	"fmt"
	"io"
)

// ReadFixtures reads fixtures as JSON. It rejects unknown fields. Its errors start with the path of the invalid field,
// such as jobs[2].checkpoints[0].create_time.
func ReadFixtures(r io.Reader) (*Fixtures, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("reading the fixtures: %w", err)
	}

	var f Fixtures
	if err := decodeStrict(text, &f); err != nil {
		return nil, err
	}
	// Loading the fixtures validates them.
	if err := newServer(Options{}).load(f, 0); err != nil {
		return nil, err
	}

	return &f, nil
}
