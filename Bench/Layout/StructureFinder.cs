// Finds the structures that live in unmanaged memory without a list of them: whatever a field of the project points to, and
// whatever such a structure contains. Slabs, rings and worlds keep their memory in pointer fields, so a new structure appears by
// itself. A structure belongs to host threads when its holder takes its atomics as a type parameter (ISync); all others
// belong to the parties of one world, of which one runs at a time.

using System.Reflection;
using System.Runtime.CompilerServices;
using Managarm.Perf.Core.Sync;

namespace Managarm.Perf.Bench.Layout;

/// <summary>Search for structures by reflection.</summary>
internal sealed class StructureFinder
{
    private const string OwnPrefix = "Managarm.Perf.";
    private const BindingFlags AllFields = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public
        | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private readonly Dictionary<Type, FoundStructure> found = [];
    private readonly HashSet<(Type Holder, string? Path)> visited = [];

    private StructureFinder()
    {
    }

    /// <summary>All structures of the assemblies that this application consists of, by name.</summary>
    internal static IReadOnlyList<FoundStructure> FindAll()
    {
        var finder = new StructureFinder();
        foreach (Assembly assembly in OwnAssemblies())
        {
            foreach (Type type in assembly.GetTypes())
            {
                finder.VisitHolder(type, path: null);
            }
        }

        return [.. finder.found.Values.OrderBy(structure => TypeName.Of(structure.Type), StringComparer.Ordinal)];
    }

    /// <summary>This assembly and those of the project that it refers to, directly or not.</summary>
    internal static IReadOnlyList<Assembly> OwnAssemblies()
    {
        List<Assembly> assemblies = [typeof(StructureFinder).Assembly];
        for (int index = 0; index < assemblies.Count; index++)
        {
            foreach (AssemblyName name in assemblies[index].GetReferencedAssemblies())
            {
                if (name.Name!.StartsWith(OwnPrefix, StringComparison.Ordinal)
                    && assemblies.TrueForAll(known => known.GetName().Name != name.Name))
                {
                    assemblies.Add(Assembly.Load(name));
                }
            }
        }

        return assemblies;
    }

    // A generic holder with its arguments, such as a slab of lanes, is known by the field that holds it.
    private void VisitHolder(Type holder, string? path)
    {
        if (!visited.Add((holder, path)))
        {
            return;
        }

        foreach (FieldInfo field in holder.GetFields(AllFields))
        {
            VisitField(field.FieldType, holder, path, $"{TypeName.Of(holder)}.{TypeName.OfField(field.Name)}");
        }
    }

    private void VisitField(Type type, Type holder, string? path, string place)
    {
        if (type.IsPointer)
        {
            Type element = type.GetElementType()!;
            if (IsStructure(element) && (path is null || element.IsGenericType))
            {
                AddPointedTo(element, holder, path ?? place);
            }
        }
        else if (type.IsArray)
        {
            VisitField(type.GetElementType()!, holder, path, place);
        }
        else if (type.IsConstructedGenericType && IsOwn(type) && !type.ContainsGenericParameters)
        {
            VisitHolder(type, path ?? place);
        }
    }

    private void AddPointedTo(Type element, Type holder, string place)
    {
        bool isShared = Array.Exists(holder.GetGenericArguments(), IsAtomics);
        Type? content = ContentOf(element);
        FoundStructure structure = Add(content ?? element, place);
        structure.Slot = content is null ? structure.Slot : element;
        structure.IsSharedByThreads |= isShared;
    }

    private FoundStructure Add(Type type, string place)
    {
        if (!found.TryGetValue(type, out FoundStructure? structure))
        {
            structure = new FoundStructure(type);
            found.Add(type, structure);
            foreach (FieldInfo field in LayoutMeter.FieldsOf(type))
            {
                AddContained(field.FieldType, TypeName.Of(type));
            }
        }

        structure.HeldBy.Add(place);
        return structure;
    }

    // Handles and other generic values are shown where they are used; arrays lead to their elements.
    private void AddContained(Type type, string outer)
    {
        if (!IsStructure(type) || type.IsGenericType)
        {
            return;
        }

        if (type.IsDefined(typeof(InlineArrayAttribute)) || LayoutMeter.IsFixedBuffer(type))
        {
            AddContained(LayoutMeter.FieldsOf(type)[0].FieldType, outer);
            return;
        }

        Add(type, $"inside {outer}");
    }

    /// <summary>What a slot of a slab is for: its only type argument, if it has a field of that type.</summary>
    private static Type? ContentOf(Type element)
    {
        Type[] arguments = element.GetGenericArguments();
        return arguments.Length == 1 && IsStructure(arguments[0])
            && LayoutMeter.FieldsOf(element).Any(field => field.FieldType == arguments[0])
            ? arguments[0]
            : null;
    }

    private static bool IsAtomics(Type argument) => typeof(ISync).IsAssignableFrom(argument)
        || (argument.IsGenericParameter && argument.GetGenericParameterConstraints().Contains(typeof(ISync)));

    private static bool IsStructure(Type type) =>
        type.IsValueType && !type.IsPrimitive && !type.IsEnum && IsOwn(type) && !type.ContainsGenericParameters;

    private static bool IsOwn(Type type) => type.Namespace?.StartsWith("Managarm.Perf", StringComparison.Ordinal) == true;
}

// A structure that the search came across, before anything is measured: the type, the slot type around it where a slab holds it,
// and everything that keeps it alive.
/// <summary>A structure in unmanaged memory.</summary>
/// <param name="type">The structure.</param>
internal sealed class FoundStructure(Type type)
{
    internal Type Type { get; } = type;

    /// <summary>The slot of a slab around it, or null.</summary>
    internal Type? Slot { get; set; }

    /// <summary>Whether something that works with atomics of the host points to it.</summary>
    internal bool IsSharedByThreads { get; set; }

    /// <summary>Fields that point to it and structures that contain it.</summary>
    internal SortedSet<string> HeldBy { get; } = new(StringComparer.Ordinal);
}
