// Why a scenario is not valid. One value per rule, so that a test, a codec or a generator that breaks a rule says which.
// A parser reports the same mistakes in words with line and column; it never gets as far as these.

namespace Managarm.Perf.Core.Calls;

/// <summary>The rule of <see cref="ScenarioRules"/> that a scenario breaks.</summary>
public enum ScenarioProblem : byte
{
    /// <summary>The scenario is valid.</summary>
    None = 0,

    /// <summary>A strand has no kind, or refers to a process, parent or signal that its kind does not have.</summary>
    StrandShape = 1,

    /// <summary>A name is not legal.</summary>
    IllegalName = 2,

    /// <summary>Two things have one name, or two strands are the handler of one signal.</summary>
    Duplicate = 3,

    /// <summary>A handler or a strand of the environment makes no call, so that text could not express it.</summary>
    EmptyStrand = 4,

    /// <summary>A child is not created by exactly one fork of its parent.</summary>
    ChildCreator = 5,

    /// <summary>No actor that exists from the start is behind the creation of a child or a cloned thread.</summary>
    CreationCycle = 6,

    /// <summary>A resource has no kind, lacks its other end, is a device outside the prelude, or has a server or a behaviour
    /// that there is not.</summary>
    ResourceShape = 7,

    /// <summary>A pipe of the prelude is created by a call, or another pipe not by exactly one.</summary>
    ResourceCreator = 8,

    /// <summary>A call is made by a strand that cannot make it.</summary>
    Caller = 9,

    /// <summary>The outputs of a call do not fit its kind.</summary>
    Outputs = 10,

    /// <summary>An argument is out of range or names something of the wrong kind.</summary>
    Argument = 11,

    /// <summary>The condition names no actor, or the caller itself.</summary>
    Condition = 12,

    /// <summary>The accepted results do not fit the call.</summary>
    Results = 13,

    /// <summary>Strands or resources are not in the order of their first mention in the normal form.</summary>
    Order = 14,

    /// <summary>There are more than <see cref="Scenario.MaximumProcesses"/> processes.</summary>
    ProcessLimit = 15,

    /// <summary>There are more than <see cref="Scenario.MaximumActors"/> threads.</summary>
    ActorLimit = 16,

    /// <summary>A cloned thread is not created by exactly one clone in its process.</summary>
    CloneCreator = 17,

    /// <summary>There is no machine with so many processors and this device for deadlines.</summary>
    MachineShape = 18,

    /// <summary>There are more than <see cref="Scenario.MaximumDevices"/> devices.</summary>
    DeviceLimit = 19,
}
