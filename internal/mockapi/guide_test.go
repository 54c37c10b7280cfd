// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	faultRow   = regexp.MustCompile("(?m)^\\| `(\\{.*\\})` \\|")
	outcomeRow = regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| (all|deployments|models|deployed models) \\|")
)

func readGuide(t *testing.T) string {
	t.Helper()

	text, err := os.ReadFile("../cmd/mockapi/README.md")
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

// TestGuide_RulesAreValid reads every rule that the guide shows.
func TestGuide_RulesAreValid(t *testing.T) {
	t.Parallel()

	guide := readGuide(t)

	rules := faultRow.FindAllStringSubmatch(guide, -1)
	if len(rules) < 10 {
		t.Errorf("found %d rules", len(rules))
	}

	for _, rule := range rules {
		if _, err := ReadFaults(strings.NewReader("[" + rule[1] + "]")); err != nil {
			t.Errorf("%s: %v", rule[1], err)
		}
	}
}

// TestGuide_Outcomes compares the table of outcomes with the names that the server knows.
func TestGuide_Outcomes(t *testing.T) {
	t.Parallel()

	documented := map[string][]string{}
	for _, row := range outcomeRow.FindAllStringSubmatch(readGuide(t), -1) {
		documented[row[2]] = append(documented[row[2]], row[1])
	}

	for collection, of := range map[string]string{
		"deployments": "deployments", "models": "models", "deployedModels": "deployed models",
	} {
		known := map[string]bool{}
		for _, name := range append(documented[of], documented["all"]...) {
			known[name] = true
		}

		checkEqual(t, collection, strings.Join(sortedKeys(known), " "), strings.Join(OutcomeNames(collection), " "))
	}
}
