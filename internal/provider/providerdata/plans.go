// SPDX-License-Identifier: MPL-2.0

package providerdata

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// memory holds values by key for the lifetime of a provider process, which is one plan or one apply.
// The zero value is ready to use. It is safe for concurrent use.
type memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
}

func (m *memory[V]) Get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()

	value, ok := m.values[key]

	return value, ok
}

// All returns the values in the order of their keys.
func (m *memory[V]) All() (values []V) {
	m.mu.Lock()
	defer m.mu.Unlock()

	for _, key := range slices.Sorted(maps.Keys(m.values)) {
		values = append(values, m.values[key])
	}

	return values
}

// add puts the zero value, and reports whether there was none.
func (m *memory[V]) add(key string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()

	if _, ok := m.values[key]; ok {
		return false
	}

	if m.values == nil {
		m.values = map[string]V{}
	}

	var zero V

	m.values[key] = zero

	return true
}

func (m *memory[V]) Put(key string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()

	if m.values == nil {
		m.values = map[string]V{}
	}

	m.values[key] = value
}

// Plans is what one walk of Terraform refreshes and plans, by the full name of the object: of models, deployments, and
// deployed models (model#deployment). Terraform starts a provider process for each walk, or at least configures the
// provider again.
//
// Terraform does not say which resource a plan belongs to. What it sends is
//
//	what happens               Read   Plan                                    then
//	update, or no difference   yes    prior state
//	argument that replaces     yes    prior state (we require a replacement)  no prior state, private state of the first plan
//	-replace                   yes    prior state (no difference)             no prior state, private state of the first plan
//	tainted                    yes    no prior state, no private state
//	new resource               no     no prior state, no private state
//	destroyed or deposed       yes    no planned state
//	renamed resource           yes    no planned state, and no prior state
//	create half, during apply  no     no prior state, no private state; the old object is deleted
//
// The calls for different resources are concurrent, and Read is missing with -refresh=false. So a plan without prior
// state of an object that was refreshed is taken for that of a tainted resource, until another plan of the object
// proves that it is not. Each pair of plans that exclude each other is found when the second arrives, in any order. The
// zero value is ready to use.
type Plans struct {
	mu      sync.Mutex
	objects map[string]*plannedObject
}

// plannedObject is what is known of one object.
type plannedObject struct {
	// refreshed is the object in the state, nil if it was not refreshed.
	refreshed *ManagedObject
	// missing is set if the refresh found that the object does not exist.
	missing bool
	// kept, created and destroyed are set by plans with a prior state, without one, and without a planned state.
	kept, created, destroyed bool
	// inPlace is set if the plan that creates the object replaces one of another name.
	inPlace bool
	// replaced is set if the plan that creates the object deletes its predecessor of the same name.
	replaced bool
	// renewed is set by the first plan of such a replacement.
	renewed bool
	// reported is set once an error says that the object exists.
	reported bool
	// removed is set by a plan that deletes the object without creating it again, router by the plan of a router that
	// sends it requests, loaded by the plans that keep models loaded onto it, and left by those that leave a deployment
	// of the model on the platform.
	removed bool
	router  string
	loaded  []string
	left    []string
	values  PlannedValues
}

// PlannedValues are the planned values that matter to the plans of other resources.
type PlannedValues struct {
	// Ready is set if the object is ready already.
	Ready bool
	// BaseModel is the base model of a model or deployment.
	BaseModel types.String
	// EnableAddons is the argument of a deployment. If it is not known, the shape may decide.
	EnableAddons types.Bool
	// MaxReplicaCount is the argument of a deployment.
	MaxReplicaCount types.Int64
}

// PlanConflict is why two plans exclude each other.
type PlanConflict int

const (
	NoConflict PlanConflict = iota
	// ConflictManaged is an object that one resource keeps, and another one is to create.
	ConflictManaged
	// ConflictRenamed is an object that one resource destroys, and another one is to create.
	ConflictRenamed
	// ConflictRollback is an object that one plan destroys, and a replacement of another object is to create.
	ConflictRollback
	// ConflictDeposed is an object that one resource keeps, and another one, or a deposed object, destroys.
	ConflictDeposed
	// ConflictTwice is an object that two resources are to create.
	ConflictTwice
)

func (p *Plans) update(name string, change func(*plannedObject)) {
	p.mu.Lock()
	defer p.mu.Unlock()

	if p.objects == nil {
		p.objects = map[string]*plannedObject{}
	}

	if p.objects[name] == nil {
		p.objects[name] = &plannedObject{}
	}

	change(p.objects[name])
}

// Refresh records that the state contains the object.
func (p *Plans) Refresh(object ManagedObject) {
	p.update(object.Name, func(o *plannedObject) { o.refreshed = &object })
}

// RefreshedDeployment reports whether a deployment with the ID, in any account, was refreshed.
func (p *Plans) RefreshedDeployment(id string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()

	for _, o := range p.objects {
		if o.refreshed != nil && o.refreshed.Noun == DeploymentKind.Noun &&
			strings.HasSuffix(o.refreshed.Name, "/"+id) {
			return true
		}
	}

	return false
}

// Forget records that the object was removed from the state because it does not exist.
func (p *Plans) Forget(name string) {
	p.update(name, func(o *plannedObject) { o.refreshed, o.missing = nil, true })
}

// IsMissing reports whether the refresh found that the object does not exist.
func (p *Plans) IsMissing(name string) (missing bool) {
	p.update(name, func(o *plannedObject) { missing = o.missing })
	return missing
}

// Keep records a plan with the prior state of the object, which an update or a replacement starts with.
func (p *Plans) Keep(name string) (found PlanConflict) {
	p.update(name, func(o *plannedObject) {
		o.kept = true

		switch {
		case o.created:
			found = o.report(ConflictManaged)
		case o.destroyed:
			found = ConflictDeposed
		}
	})

	return found
}

// Destroy records a plan that destroys the object.
func (p *Plans) Destroy(name string) (found PlanConflict) {
	p.update(name, func(o *plannedObject) {
		o.destroyed = true

		switch {
		case o.kept:
			found = ConflictDeposed
		case o.created:
			found = o.report(destroyedAndCreated(o.inPlace))
		}
	})

	return found
}

// Create records a plan without prior state. replaced is the name of the object that the same resource is planned to
// replace, "" if there is none. It returns the object of the resource if that seems to be tainted.
func (p *Plans) Create(name, replaced string) (tainted *ManagedObject, found PlanConflict) {
	inPlace := replaced != "" && replaced != name

	p.update(name, func(o *plannedObject) {
		switch {
		case o.created:
			found = ConflictTwice
		case o.kept && name != replaced:
			found = o.report(ConflictManaged)
		case o.destroyed:
			found = o.report(destroyedAndCreated(inPlace))
		case replaced == "":
			tainted = o.refreshed
		}

		o.created, o.inPlace = true, inPlace
		o.replaced = tainted != nil || name == replaced
	})

	return tainted, found
}

// destroyedAndCreated is the conflict of a plan that destroys an object with one that creates it; inPlace is set if
// that replaces another object.
func destroyedAndCreated(inPlace bool) PlanConflict {
	if inPlace {
		return ConflictRollback
	}

	return ConflictRenamed
}

// report returns the conflict, or none if an error says already that the object exists.
func (o *plannedObject) report(found PlanConflict) PlanConflict {
	if o.reported {
		return NoConflict
	}

	o.reported = true

	return found
}

// ReportExisting records that an error says that the object exists. It reports whether that is the first one.
func (p *Plans) ReportExisting(name string) (first bool) {
	p.update(name, func(o *plannedObject) { first = o.report(ConflictManaged) != NoConflict })
	return first
}

// FindOwner returns the conflict of creating the object with the plans of other resources, as far as they are known.
// replaced is the name of the object that is replaced, "" if there is none.
func (p *Plans) FindOwner(name, replaced string) (found PlanConflict) {
	p.update(name, func(o *plannedObject) {
		switch {
		case o.destroyed:
			found = destroyedAndCreated(replaced != "")
		case o.kept:
			found = ConflictManaged
		}
	})

	return found
}

// Describe records planned values of the object.
func (p *Plans) Describe(name string, values PlannedValues) {
	p.update(name, func(o *plannedObject) { o.values = values })
}

// Planned returns the values of an object that a plan keeps or creates.
func (p *Plans) Planned(name string) (values PlannedValues, ok bool) {
	p.update(name, func(o *plannedObject) { values, ok = o.values, o.kept || o.created })
	return values, ok
}

// Creates reports whether a plan creates the object, or awaits that it is ready.
func (p *Plans) Creates(name string) bool {
	values, ok := p.Planned(name)
	return ok && !values.Ready
}

// Users are what plans keep and needs an object, as far as is known.
type Users struct {
	// Router sends requests to a deployment until the plan of the router is applied.
	Router string
	// Loaded are the models that are loaded onto a deployment.
	Loaded []string
	// Left are the deployments of a model that stay on the platform when their resources are destroyed.
	Left []string
}

// Remove records that a plan deletes the object without creating it again. It returns the users of the object.
func (p *Plans) Remove(name string) (users Users) {
	p.update(name, func(o *plannedObject) {
		o.removed = true
		users = Users{o.router, slices.Sorted(slices.Values(o.loaded)), slices.Sorted(slices.Values(o.left))}
	})

	return users
}

// Leave records that a plan leaves the deployment of a model on the platform. It reports whether another plan deletes
// the model, also to create it again.
func (p *Plans) Leave(model, deployment string) (deleted bool) {
	p.update(model, func(o *plannedObject) {
		o.left, deleted = append(o.left, deployment), o.removed || o.replaced
	})

	return deleted
}

// LeftOn returns the deployments of the model that plans leave on the platform, as far as is known.
func (p *Plans) LeftOn(model string) (deployments []string) {
	p.update(model, func(o *plannedObject) { deployments = slices.Sorted(slices.Values(o.left)) })
	return deployments
}

// Route records that a router of the state, which the plan keeps, sends requests to the object. It reports whether
// another plan deletes that.
func (p *Plans) Route(name, router string) (removed bool) {
	p.update(name, func(o *plannedObject) { o.router, removed = router, o.removed })
	return removed
}

// Deletes reports whether a plan is known to delete the object, also to create it again. A destroy may leave it.
func (p *Plans) Deletes(name string) (deletes bool) {
	p.update(name, func(o *plannedObject) { deletes = o.removed || o.replaced })
	return deletes
}

// Renew records a plan with the prior state of the object that deletes it and creates it again under its name. The plan
// without prior state follows.
func (p *Plans) Renew(name string) { p.update(name, func(o *plannedObject) { o.renewed = true }) }

// Renews reports whether a plan creates the object, for the first time or again.
func (p *Plans) Renews(name string) (renews bool) {
	p.update(name, func(o *plannedObject) { renews = o.created || o.renewed })
	return renews
}

// Load records that a plan keeps a model loaded onto the deployment. It reports whether another plan deletes that.
func (p *Plans) Load(deployment, model string) (removed bool) {
	p.update(deployment, func(o *plannedObject) { o.loaded, removed = append(o.loaded, model), o.removed })
	return removed
}

// LoadedOn returns the models that plans keep loaded onto the deployment, as far as is known. A resource that refers to
// the deployment is planned later.
func (p *Plans) LoadedOn(deployment string) (models []string) {
	p.update(deployment, func(o *plannedObject) { models = slices.Sorted(slices.Values(o.loaded)) })
	return models
}

// Replaces reports whether a plan deletes the object and creates it again under its name.
func (p *Plans) Replaces(name string) (replaced bool) {
	p.update(name, func(o *plannedObject) { replaced = o.replaced })
	return replaced
}
