// A process as the POSIX server knows it (ThreadGroup with its contexts). Children are found by their parent handle, zombies
// by state, in the order in which they ended. Masks here are sets over SignalTable.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Descriptors;
using Managarm.Perf.Core.Events;
using Managarm.Perf.Core.Memory;
using Managarm.Perf.Servers.Files;

namespace Managarm.Perf.Servers.Posix;

/// <summary>A process.</summary>
public struct Process
{
    /// <summary>State.</summary>
    public ProcessState State;

    /// <summary>Strand of its main thread; the process number follows from it.</summary>
    public int Strand;

    /// <summary>Parent, or none.</summary>
    public UntypedHandle Parent;

    /// <summary>Number of live threads.</summary>
    public int ThreadCount;

    /// <summary>Wait status: exit status, or minus the signal number.</summary>
    public int Status;

    /// <summary>When it ended, for the order of zombies.</summary>
    public uint EndOrder;

    /// <summary>Counts issued signals of the process and its threads.</summary>
    public uint SignalSequence;

    /// <summary>Signals directed at the process.</summary>
    public SignalQueue Signals;

    /// <summary>Rings when a child ends or is gone.</summary>
    public Bell NotifyBell;

    /// <summary>Rings when a thread has ended.</summary>
    public Bell TerminationBell;

    /// <summary>Descriptor table and file table page.</summary>
    public Handle<Universe> Universe;

    /// <summary>Handler per signal.</summary>
    public ActionList Actions;

    /// <summary>Open files by number.</summary>
    public FileList Files;

    /// <summary>Lanes of closed files that threads of the process still use.</summary>
    public CondemnedList Condemned;

    /// <summary>Number of them.</summary>
    public int CondemnedCount;

    /// <summary>User-private: file number that each resource name stands for in this process, or -1.</summary>
    public BindingList Bindings;
}

/// <summary>State of a process.</summary>
public enum ProcessState : byte
{
    /// <summary>Has threads.</summary>
    Alive,

    /// <summary>Is ending: its threads are told to go.</summary>
    Ending,

    /// <summary>Has ended, its parent has not waited for it.</summary>
    Zombie,

    /// <summary>Is gone.</summary>
    Retired,
}

/// <summary>What a process does with a signal.</summary>
public struct SignalAction
{
    /// <summary>Default, ignore or handle.</summary>
    public SignalDisposition Disposition;

    /// <summary>Flags.</summary>
    public SignalActionFlags Flags;
}

/// <summary>Actions by table index.</summary>
[InlineArray(SignalTable.Count)]
public struct ActionList
{
    private SignalAction first;
}

/// <summary>Open files by number.</summary>
[InlineArray(Universe.MaxFiles)]
public struct FileList
{
    private Handle<OpenFile> first;
}

/// <summary>Descriptors that are closed when nobody uses them: one per thread at most.</summary>
[InlineArray(Scenario.MaximumActors)]
public struct CondemnedList
{
    private uint first;
}

/// <summary>File numbers by resource.</summary>
[InlineArray(Scenario.MaximumResources)]
public struct BindingList
{
    private sbyte first;
}
