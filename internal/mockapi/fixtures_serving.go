// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"errors"
	"fmt"
	"time"
)

// DeploymentFixture is a deployment. Its state stays as given until a request changes it.
type DeploymentFixture struct {
	// Name of the deployment.
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	Description string `json:"description,omitempty"`
	CreateTime  string `json:"create_time,omitempty"`
	// BaseModel is the full name of a model.
	BaseModel string `json:"base_model"`
	// DeploymentShape is the name of a shape or of one of its versions; the deployment gets its hardware.
	DeploymentShape  string `json:"deployment_shape,omitempty"`
	AcceleratorType  string `json:"accelerator_type,omitempty"`
	AcceleratorCount int32  `json:"accelerator_count,omitempty"`
	Precision        string `json:"precision,omitempty"`
	MinReplicaCount  int32  `json:"min_replica_count,omitempty"`
	// MaxReplicaCount is the greater of MinReplicaCount and 1 when left out; 0 parks the deployment.
	MaxReplicaCount *int32 `json:"max_replica_count,omitempty"`
	// ReplicaCount is MinReplicaCount when left out.
	ReplicaCount *int32 `json:"replica_count,omitempty"`
	// EnableAddons is the value of the shape when left out.
	EnableAddons *bool `json:"enable_addons,omitempty"`
	// Region is the only region that it may run in; "" is any.
	Region string `json:"region,omitempty"`
	// Tags have keys without the prefix custom/.
	Tags map[string]string `json:"tags,omitempty"`
	// State defaults to READY.
	State string `json:"state,omitempty"`
	// StatusCode defaults to OK.
	StatusCode    string `json:"status_code,omitempty"`
	StatusMessage string `json:"status_message,omitempty"`
	// DeletedDaysAgo makes it a soft-deleted deployment, which is purged 7 days after its deletion.
	DeletedDaysAgo *int `json:"deleted_days_ago,omitempty"`
	// InUse reports whether it received an inference request when the server started.
	InUse bool `json:"in_use,omitempty"`
}

// DeployedModelFixture is a model that is loaded onto a deployment.
type DeployedModelFixture struct {
	// Name of the deployed model; "" lets the server choose it.
	Name string `json:"name,omitempty"`
	// Model is the full name of a model.
	Model string `json:"model"`
	// Deployment is the full name of a deployment.
	Deployment  string `json:"deployment"`
	DisplayName string `json:"display_name,omitempty"`
	Description string `json:"description,omitempty"`
}

// QuotaFixture is a limit of an account.
type QuotaFixture struct {
	// Name of the quota, such as global--h200-count. The accelerators that deployments use are counted by the server.
	Name     string `json:"name"`
	Value    int64  `json:"value,omitempty"`
	MaxValue int64  `json:"max_value,omitempty"`
	// Usage is added to what the server counts.
	Usage float64 `json:"usage,omitempty"`
}

func parseDate(text string) (*Date, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // There is no date.
	}

	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return nil, fmt.Errorf("deprecation_date: %q is not a date such as 2026-12-31", text)
	}

	year, month, date := day.Date()

	return &Date{Year: int32(year), Month: int32(month), Day: int32(date)}, nil //nolint:gosec // They are small.
}

func (s *Server) loadServing(f Fixtures) error {
	return cmp.Or(
		forEach("deployments", f.Deployments, func(d DeploymentFixture) error { return s.loadDeployment(f, d) }),
		forEach("deployed_models", f.DeployedModels,
			func(d DeployedModelFixture) error { return s.loadDeployedModel(f, d) }),
		forEach("quotas", f.Quotas, func(q QuotaFixture) error { return s.loadQuota(f, q) }),
	)
}

func (s *Server) loadDeployment(f Fixtures, in DeploymentFixture) error {
	name, err := f.resolve("deployments", in.Name)
	if err == nil {
		err = checkTime("create_time", in.CreateTime)
	}

	switch {
	case err != nil:
		return err
	case s.serving.deployments[name] != nil:
		return duplicate(name)
	case s.models[in.BaseModel] == nil:
		return fmt.Errorf("base_model: there is no model %q among the models", in.BaseModel)
	case in.DeploymentShape == "" && in.AcceleratorType == "":
		return errors.New("deployment_shape: one of deployment_shape and accelerator_type is required")
	case in.DeploymentShape != "" && in.AcceleratorType != "":
		return errors.New("accelerator_type: must not be set together with deployment_shape")
	case in.DeletedDaysAgo != nil && (*in.DeletedDaysAgo < 0 || in.State != ""):
		return errors.New("deleted_days_ago: must not be negative, or set together with state")
	}

	d := Deployment{
		Name: name, DisplayName: in.DisplayName, Description: in.Description, BaseModel: in.BaseModel,
		CreateTime: cmp.Or(in.CreateTime, fixtureEpoch), State: cmp.Or(in.State, stateReady),
		Status: &Status{Code: cmp.Or(in.StatusCode, statusOK), Message: in.StatusMessage},
	}
	for key, value := range in.Tags {
		if d.Annotations == nil {
			d.Annotations = map[string]string{}
		}

		d.Annotations[customTagPrefix+key] = value
	}

	if err := s.configureFixture(&d, in); err != nil {
		return err
	}

	s.addDeploymentFixture(d, in)

	return nil
}

// configureFixture gives a deployment what a request would give it.
func (s *Server) configureFixture(d *Deployment, in DeploymentFixture) error {
	input := &deploymentInput{
		DisplayName: in.DisplayName, Description: in.Description, AcceleratorType: in.AcceleratorType,
		AcceleratorCount: in.AcceleratorCount,
		Precision:        in.Precision, MinReplicaCount: in.MinReplicaCount, MaxReplicaCount: in.MaxReplicaCount,
		EnableAddons: in.EnableAddons,
	}
	all := newFieldSet(mutableDeploymentFields)

	h, err := s.resolveShape(in.DeploymentShape, d.BaseModel, true)
	if err != nil {
		return err
	}

	d.Placement = defaultPlacement()
	if in.Region != "" {
		d.Placement = &Placement{Region: in.Region}
	}

	return cmp.Or(
		input.setSimpleFields(d, all), s.setHardware(d, input, all, h), d.Placement.check(), checkTags(d.Annotations),
	)
}

func (s *Server) addDeploymentFixture(d Deployment, in DeploymentFixture) {
	d.DesiredReplicaCount = d.MinReplicaCount
	if in.ReplicaCount != nil {
		d.DesiredReplicaCount = *in.ReplicaCount
	}

	if d.State == stateFailed && in.ReplicaCount != nil {
		d.ReplicaCount = *in.ReplicaCount
	}

	if d.State == stateReady {
		d.Region = d.Placement.region()
	}

	record := s.putDeployment(d)
	if in.InUse {
		record.lastRequest = s.now()
	}

	if in.DeletedDaysAgo != nil {
		s.softDelete(record, s.now().Add(-time.Duration(*in.DeletedDaysAgo)*24*time.Hour))
	}
}

func (s *Server) loadDeployedModel(f Fixtures, in DeployedModelFixture) error {
	var name string

	if in.Name != "" {
		resolved, err := f.resolve("deployedModels", in.Name)
		if err != nil {
			return err
		}

		name = resolved
	}

	switch {
	case name != "" && s.serving.deployedModels[name] != nil:
		return duplicate(name)
	case s.models[in.Model] == nil:
		return fmt.Errorf("model: there is no model %q among the models", in.Model)
	case s.serving.deployments[in.Deployment] == nil:
		return fmt.Errorf("deployment: there is no deployment %q among the deployments", in.Deployment)
	}

	s.addDeployedModel(DeployedModel{
		Name: name, Model: in.Model, Deployment: in.Deployment, DisplayName: in.DisplayName,
		Description: in.Description,
		CreateTime:  fixtureEpoch, State: stateDeployed,
	})

	return nil
}

func (s *Server) loadQuota(f Fixtures, in QuotaFixture) error {
	name, err := f.resolve("quotas", in.Name)
	if err != nil {
		return err
	}

	if _, found := s.findQuota(name); found {
		return duplicate(name)
	}

	s.putQuota(Quota{Name: name, Value: in.Value, MaxValue: max(in.Value, in.MaxValue), Usage: in.Usage,
		UpdateTime: fixtureEpoch})

	return nil
}
