/* A camera for tests, as a GStreamer plugin: WebKitGTK finds its cameras through GStreamer's
 * device providers, and this one offers a single camera that shows one picture.
 *
 * The picture is the file named by APOYO_TEST_CAMERA: raw I420, 1280 by 720. It is read again
 * for every frame, so that a test puts another card before the camera by replacing the file.
 *
 *   gcc -shared -fPIC -o libgstapoyocamera.so camera.c \
 *       $(pkg-config --cflags --libs gstreamer-1.0 gstreamer-base-1.0)
 */
#include <gst/base/gstpushsrc.h>
#include <gst/gst.h>

#define PACKAGE "apoyo-tests"
#define FRAMES_PER_SECOND 15
#define FRAME_BYTES (1280 * 720 * 3 / 2)
#define FORMAT                                                                 \
  "video/x-raw, format=(string)I420, width=(int)1280, height=(int)720, "       \
  "framerate=(fraction)15/1, pixel-aspect-ratio=(fraction)1/1, "               \
  "interlace-mode=(string)progressive"

/* ---- the source: pushes the picture, again and again ---- */

typedef struct {
  GstPushSrc base;
  gboolean format_is_set;
  gboolean has_pushed;
} PictureSource;

typedef struct {
  GstPushSrcClass base;
} PictureSourceClass;

G_DEFINE_TYPE(PictureSource, picture_source, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate out_pad = GST_STATIC_PAD_TEMPLATE(
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS(FORMAT));

static gboolean begin(GstBaseSrc *source) {
  PictureSource *self = (PictureSource *)source;
  self->format_is_set = FALSE;
  self->has_pushed = FALSE;
  return TRUE;
}

/* The format is announced once and nobody is asked for buffers: a second, serialised question
 * of that kind stands still for ever in WebKit's capture pipeline (GStreamer 1.22). */
static gboolean agree_on_format(GstBaseSrc *source) {
  PictureSource *self = (PictureSource *)source;
  if (!self->format_is_set) {
    GstCaps *format = gst_caps_from_string(FORMAT);
    self->format_is_set = gst_base_src_set_caps(source, format);
    gst_caps_unref(format);
  }
  return self->format_is_set;
}

/* A file that is missing or half written shows as grey, like a covered lens. */
static gpointer read_picture(void) {
  const gchar *path = g_getenv("APOYO_TEST_CAMERA");
  gchar *bytes = NULL;
  gsize length = 0;
  if (path && g_file_get_contents(path, &bytes, &length, NULL) && length == FRAME_BYTES)
    return bytes;
  g_free(bytes);
  bytes = g_malloc(FRAME_BYTES);
  for (gsize i = 0; i < FRAME_BYTES; i++)
    bytes[i] = (gchar)128;
  return bytes;
}

static GstFlowReturn push_picture(GstPushSrc *source, GstBuffer **frame) {
  PictureSource *self = (PictureSource *)source;
  if (self->has_pushed)
    g_usleep(G_USEC_PER_SEC / FRAMES_PER_SECOND);
  self->has_pushed = TRUE;
  *frame = gst_buffer_new_wrapped(read_picture(), FRAME_BYTES);
  GST_BUFFER_DURATION(*frame) = GST_SECOND / FRAMES_PER_SECOND;
  return GST_FLOW_OK;
}

static void picture_source_class_init(PictureSourceClass *class) {
  GstElementClass *element = GST_ELEMENT_CLASS(class);
  gst_element_class_add_static_pad_template(element, &out_pad);
  gst_element_class_set_static_metadata(element, "Picture as a camera", "Source/Video",
                                        "Shows one picture", "Apoyo");
  GST_BASE_SRC_CLASS(class)->start = begin;
  GST_BASE_SRC_CLASS(class)->negotiate = agree_on_format;
  GST_PUSH_SRC_CLASS(class)->create = push_picture;
}

static void picture_source_init(PictureSource *self) {
  GstBaseSrc *source = GST_BASE_SRC(self);
  gst_base_src_set_live(source, TRUE);
  gst_base_src_set_format(source, GST_FORMAT_TIME);
  gst_base_src_set_do_timestamp(source, TRUE);
}

/* ---- the device: what a list of cameras shows ---- */

typedef struct {
  GstDevice base;
} PictureDevice;

typedef struct {
  GstDeviceClass base;
} PictureDeviceClass;

G_DEFINE_TYPE(PictureDevice, picture_device, GST_TYPE_DEVICE)

static GstElement *source_of_device(GstDevice *device, const gchar *name) {
  (void)device;
  return g_object_new(picture_source_get_type(), "name", name, NULL);
}

static void picture_device_class_init(PictureDeviceClass *class) {
  GST_DEVICE_CLASS(class)->create_element = source_of_device;
}

static void picture_device_init(PictureDevice *self) { (void)self; }

static GstDevice *new_device(void) {
  GstCaps *format = gst_caps_from_string(FORMAT);
  GstStructure *properties =
      gst_structure_new("apoyo-camera", "is-default", G_TYPE_BOOLEAN, TRUE, "persistent-id",
                        G_TYPE_STRING, "apoyo-camera-0", NULL);
  GstDevice *device =
      g_object_new(picture_device_get_type(), "display-name", "Test camera", "device-class",
                   "Video/Source", "caps", format, "properties", properties, NULL);
  gst_structure_free(properties);
  gst_caps_unref(format);
  return device;
}

/* ---- the provider: what WebKit asks for cameras ---- */

typedef struct {
  GstDeviceProvider base;
} PictureProvider;

typedef struct {
  GstDeviceProviderClass base;
} PictureProviderClass;

G_DEFINE_TYPE(PictureProvider, picture_provider, GST_TYPE_DEVICE_PROVIDER)

static GList *list_devices(GstDeviceProvider *provider) {
  (void)provider;
  return g_list_append(NULL, new_device());
}

static gboolean watch_devices(GstDeviceProvider *provider) {
  gst_device_provider_device_add(provider, new_device());
  return TRUE;
}

static void stop_watching(GstDeviceProvider *provider) { (void)provider; }

static void picture_provider_class_init(PictureProviderClass *class) {
  GstDeviceProviderClass *provider = GST_DEVICE_PROVIDER_CLASS(class);
  provider->probe = list_devices;
  provider->start = watch_devices;
  provider->stop = stop_watching;
  gst_device_provider_class_set_static_metadata(provider, "Test cameras", "Source/Video",
                                                "Offers one picture as a camera", "Apoyo");
}

static void picture_provider_init(PictureProvider *self) { (void)self; }

static gboolean load(GstPlugin *plugin) {
  return gst_element_register(plugin, "apoyopicturesource", GST_RANK_NONE,
                              picture_source_get_type()) &&
         gst_device_provider_register(plugin, "apoyopictureprovider", GST_RANK_PRIMARY,
                                      picture_provider_get_type());
}

GST_PLUGIN_DEFINE(GST_VERSION_MAJOR, GST_VERSION_MINOR, apoyocamera, "A picture as a camera", load,
                  "1.0", "Apache-2.0", PACKAGE, "https://apoyo.example/")
