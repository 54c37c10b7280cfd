package mockapi

import (
	"testing"
)

func TestBuiltinFixturesFillAServer(t *testing.T) {
	t.Parallel()
	if _, err := New(Options{}); err != nil {
		t.Fatal(err)
	}
}
