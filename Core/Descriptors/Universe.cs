// A universe is a descriptor table. Descriptor numbers are never used twice (thor counts them up), so a number that was
// captured once is either right or dead. Next to it lies the file table page: written by the POSIX server, read by the
// threads of the process.

using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Core.Descriptors;

/// <summary>Descriptor table and file table page of a process or server.</summary>
public struct Universe
{
    /// <summary>Descriptors at most.</summary>
    public const int MaxDescriptors = 128;

    /// <summary>Files at most; a process may have all of the prelude open.</summary>
    public const int MaxFiles = Scenario.MaximumResources;

    /// <summary>Numbers given out so far.</summary>
    public uint NextSerial;

    /// <summary>Descriptors in use.</summary>
    public int DescriptorCount;

    /// <summary>The slots.</summary>
    public DescriptorList Descriptors;

    /// <summary>File table page: descriptor number of each file's passthrough lane, or 0.</summary>
    public FileTable Files;
}

/// <summary>Slots of a universe.</summary>
[InlineArray(Universe.MaxDescriptors)]
public struct DescriptorList
{
    private Descriptor first;
}

/// <summary>The file table page.</summary>
[InlineArray(Universe.MaxFiles)]
public struct FileTable
{
    private uint first;
}
