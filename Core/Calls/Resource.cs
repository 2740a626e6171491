// A resource is something a scenario names and processes reach through a descriptor: an end of a pipe, or a file of an
// external file server. A resource of the prelude is inherited by every process that exists from the start; one made by a
// call belongs to the calling process and its later children. The two ends of a pipe are always neighbours: the read end
// first.

namespace Managarm.Perf.Core.Calls;

/// <summary>One resource of a <see cref="Scenario"/>; unmanaged.</summary>
public struct Resource
{
    /// <summary>What the resource is.</summary>
    public ResourceKind Kind;

    /// <summary>Whether the resource is declared in the prelude; otherwise exactly one <c>pipe</c> call creates it.</summary>
    public bool IsPrelude;

    /// <summary>For devices: which of the external file servers drives it, from 0.</summary>
    public byte Server;

    /// <summary>For devices: how their server treats reads and cancels.</summary>
    public FileBehaviour Behaviour;

    /// <summary>The name in the scenario.</summary>
    public ShortName Name;

    /// <summary>A resource.</summary>
    public static Resource Of(ResourceKind kind, bool isPrelude, ShortName name) =>
        new() { Kind = kind, IsPrelude = isPrelude, Name = name };

    /// <summary>A device of the prelude.</summary>
    public static Resource ForDevice(ShortName name, FileBehaviour behaviour, int server) => new()
    {
        Kind = ResourceKind.Device,
        IsPrelude = true,
        Server = (byte)server,
        Behaviour = behaviour,
        Name = name,
    };

    /// <summary>Whether both resources are the same, names included.</summary>
    public readonly bool ContentEquals(in Resource other) =>
        Kind == other.Kind && IsPrelude == other.IsPrelude && Server == other.Server && Behaviour == other.Behaviour
        && Name == other.Name;
}

/// <summary>What a resource is.</summary>
public enum ResourceKind : byte
{
    /// <summary>A cleared slot.</summary>
    None = 0,

    /// <summary>The end of a pipe that is read; the write end has the next index.</summary>
    PipeRead = 1,

    /// <summary>The end of a pipe that is written; the read end has the previous index.</summary>
    PipeWrite = 2,

    /// <summary>A file of an external file server whose input arrives by interrupts.</summary>
    Device = 3,
}
