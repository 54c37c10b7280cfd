package provider

import (
	"fmt"
	"testing"
)

// TestPlans_Conflicts finds each pair of plans that exclude each other exactly once, in any order.
func TestPlans_Conflicts(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	keep := func(p *Plans) planConflict { return p.keep(name) }
	destroy := func(p *Plans) planConflict { return p.destroy(name) }
	refresh := func(p *Plans) planConflict { p.refresh(managedObject{Name: name}); return noConflict }
	forget := func(p *Plans) planConflict { p.forget(name); return noConflict }
	create := func(p *Plans) planConflict { _, found := p.create(name, ""); return found }
	createFor := func(replaced string) func(*Plans) planConflict {
		return func(p *Plans) planConflict { _, found := p.create(name, replaced); return found }
	}

	type call = func(*Plans) planConflict

	for label, test := range map[string]struct {
		calls []call
		want  []planConflict
	}{
		"a new object":                       {[]call{create}, nil},
		"an object that is kept":             {[]call{refresh, keep}, nil},
		"an object that is destroyed":        {[]call{refresh, destroy}, nil},
		"a tainted object":                   {[]call{refresh, create}, nil},
		"an object that does not exist":      {[]call{forget, create}, nil},
		"a new resource for a kept object":   {[]call{refresh, keep, create}, []planConflict{conflictManaged}},
		"without a refresh":                  {[]call{keep, create}, []planConflict{conflictManaged}},
		"another replacement takes the name": {[]call{keep, createFor("accounts/a/models/other")}, []planConflict{conflictManaged}},
		"a renamed resource":                 {[]call{refresh, destroy, create}, []planConflict{conflictRenamed}},
		"a deposed object of a kept one":     {[]call{refresh, keep, destroy}, []planConflict{conflictDeposed}},
		"two new resources":                  {[]call{create, create}, []planConflict{conflictTwice}},
		"a tainted and a new resource":       {[]call{refresh, create, create}, []planConflict{conflictTwice}},
		"two replacements take the name":     {[]call{createFor("x"), createFor("y")}, []planConflict{conflictTwice}},
	} {
		t.Run(label, func(t *testing.T) {
			t.Parallel()

			permutations(len(test.calls), func(order []int) {
				var (
					plans Plans
					found []planConflict
				)

				for _, i := range order {
					if conflict := test.calls[i](&plans); conflict != noConflict {
						found = append(found, conflict)
					}
				}

				if fmt.Sprint(found) != fmt.Sprint(test.want) {
					t.Errorf("in the order %v: got %v, want %v", order, found, test.want)
				}
			})
		})
	}
}

// TestPlans_Replacement lets a resource replace its own object under its name, and records that.
func TestPlans_Replacement(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	var plans Plans

	plans.refresh(managedObject{Name: name})
	assertEqual(t, "first plan", plans.keep(name), noConflict)
	assertEqual(t, "replaced after the first plan", plans.replaces(name), false)

	tainted, found := plans.create(name, name)
	assertEqual(t, "second plan", found, noConflict)
	assertEqual(t, "tainted", tainted == nil, true)
	assertEqual(t, "replaced", plans.replaces(name), true)
	assertEqual(t, "created", plans.renews(name), true)
}

// TestPlans_ReportedOnce reports an existing object once, whether a check or a plan finds it.
func TestPlans_ReportedOnce(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	var plans Plans

	plans.create(name, "")
	assertEqual(t, "first report", plans.reportExisting(name), true)
	assertEqual(t, "second report", plans.reportExisting(name), false)
	assertEqual(t, "the managing resource", plans.keep(name), noConflict)
}

// TestPlans_Values returns what is planned, and nothing before.
func TestPlans_Values(t *testing.T) {
	t.Parallel()

	const name = "accounts/a/models/m"

	var plans Plans

	plans.describe(name, plannedValues{})
	assertEqual(t, "created before the plan", plans.creates(name), false)
	plans.create(name, "")
	assertEqual(t, "created", plans.creates(name), true)
	assertEqual(t, "replaced", plans.replaces(name), false)

	plans.keep(name + "2")
	plans.describe(name+"2", plannedValues{Ready: true})
	assertEqual(t, "kept and ready", plans.creates(name+"2"), false)

	plans.refresh(managedObject{Noun: "deployment", Name: "accounts/a/deployments/d"})
	assertEqual(t, "refreshed", plans.refreshedDeployment("d"), true)
	assertEqual(t, "another ID", plans.refreshedDeployment("e"), false)

	plans.forget("accounts/a/deployments/d")
	assertEqual(t, "removed", plans.refreshedDeployment("d"), false)
	assertEqual(t, "missing", plans.isMissing("accounts/a/deployments/d"), true)
}
