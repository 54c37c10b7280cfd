// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Outcome is how the next creations or updates of an object finish, whatever the outcome is of all others.
type Outcome struct {
	// Object is the full name of deployments, deployed models, or models that promotions create. A * stands for any run
	// of characters within a segment.
	Object string `json:"object"`
	// Outcome is one of those of OutcomeNames.
	Outcome string `json:"outcome"`
	// Update makes it the outcome of an update that is rolled out, of a deployment.
	Update bool `json:"update,omitempty"`
	// Times is for how many creations or updates; default 1.
	Times int `json:"times,omitempty"`
}

var deploymentOutcomes = map[string]DeploymentOutcome{
	"succeeds":       DeploymentSucceeds,
	"hangs":          DeploymentHangs,
	"fails":          DeploymentFails,
	"fails-serving":  DeploymentFailsServing,
	"keeps-error":    DeploymentKeepsError,
	"lacks-capacity": DeploymentLacksCapacity,
}

var promotionOutcomes = map[string]PromotionOutcome{
	"succeeds":                  PromotionSucceeds,
	"hangs":                     PromotionHangs,
	"fails-without-model":       PromotionFailsWithoutModel,
	"fails-leaving-model":       PromotionFailsLeavingModel,
	"leaves-broken-model":       PromotionLeavesBrokenModel,
	"loses-to-another":          PromotionLosesToAnother,
	"succeeds-without-response": PromotionSucceedsWithoutResponse,
	"succeeds-with-empty-error": PromotionSucceedsWithEmptyError,
}

var deployedModelOutcomes = map[string]DeployedModelOutcome{
	"succeeds":   DeployedModelSucceeds,
	"hangs":      DeployedModelHangs,
	"fails":      DeployedModelFails,
	"unloads":    DeployedModelUnloads,
	"disappears": DeployedModelDisappears,
}

// OutcomeNames returns the names of the outcomes of a collection: deployments, models or deployedModels.
func OutcomeNames(collection string) []string {
	switch collection {
	case "deployments":
		return sortedKeys(deploymentOutcomes)
	case "models":
		return sortedKeys(promotionOutcomes)
	case "deployedModels":
		return sortedKeys(deployedModelOutcomes)
	}

	return nil
}

// SetOutcomes replaces the outcomes of single objects. It panics on an invalid one.
func (s *Server) SetOutcomes(outcomes ...Outcome) {
	defer s.lock()()

	if err := s.loadOutcomes(outcomes); err != nil {
		panic("mockapi: " + err.Error())
	}
}

func (s *Server) loadOutcomes(outcomes []Outcome) error {
	s.outcomes = nil

	return forEach("outcomes", outcomes, func(o Outcome) error {
		o.Times = max(o.Times, 1)
		s.outcomes = append(s.outcomes, &o)

		return o.check()
	})
}

func (o Outcome) check() error {
	parts := strings.Split(o.Object, "/")
	if len(parts) != 4 || parts[0] != "accounts" || OutcomeNames(parts[2]) == nil {
		return fmt.Errorf("object: %q is not the full name of a deployment, a model or a deployed model", o.Object)
	}

	if names := OutcomeNames(parts[2]); !slices.Contains(names, o.Outcome) {
		return fmt.Errorf("outcome: %q is none of %s", o.Outcome, strings.Join(names, ", "))
	}

	if o.Update && parts[2] != "deployments" {
		return errors.New("update: only the updates of deployments have an outcome")
	}

	return nil
}

// nextOutcome returns the outcome of a creation or an update of an object: its own, or that of all others.
func nextOutcome[T any](s *Server, name string, update bool, byName map[string]T, others T) T {
	for _, o := range s.outcomes {
		if o.Times > 0 && o.Update == update && matchPath(o.Object, name) {
			o.Times--
			return byName[o.Outcome]
		}
	}

	return others
}
